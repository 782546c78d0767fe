"""The releases folder: what a release is, and how one appears, is read and is rolled back."""
