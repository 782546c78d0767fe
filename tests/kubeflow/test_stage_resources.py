"""Resources of stages in compiled files, as each target takes them."""

import json

import pytest
import yaml

from components.training.cluster import read_cluster
from kubeflow.stage_resources import problems, with_resources
from pipeline.config import load
from pipeline.errors import WrongInput
from pipeline.stages import STAGES


def configured(*assignments, **cloud):
    return load("vertex", assignments=assignments, overrides={"cloud": cloud} if cloud else None)


def spec():
    """A compiled pipeline, as small as can be: one container per stage."""
    return {
        "root": {
            "dag": {"tasks": {stage: {"componentRef": {"name": f"{stage}-c"}} for stage in STAGES}}
        },
        "components": {f"{stage}-c": {"executorLabel": f"{stage}-e"} for stage in STAGES},
        "deploymentSpec": {
            "executors": {
                f"{stage}-e": {
                    "container": {"image": "i", "command": ["python"], "args": ["{{$}}"]}
                }
                for stage in STAGES
            }
        },
    }


def compiled(target, *assignments, **cloud):
    """The executors of a spec with resources, its tasks, and the platform's section."""
    done = spec()
    platform = with_resources(target, done, configured(*assignments, **cloud))
    return done["deploymentSpec"]["executors"], done["root"]["dag"]["tasks"], platform


@pytest.mark.parametrize("target", ["vertex", "kubeflow"])
def test_without_settings_nothing_is_written(target):
    before = spec()
    executors, tasks, platform = compiled(target)
    assert executors == before["deploymentSpec"]["executors"]
    assert tasks == before["root"]["dag"]["tasks"]
    assert platform is None


@pytest.mark.parametrize(
    ("target", "accelerator"), [("vertex", "NVIDIA_TESLA_T4"), ("kubeflow", "nvidia.com/gpu")]
)
def test_a_container_gets_processors_memory_accelerator_retries_and_image(target, accelerator):
    executors, tasks, _ = compiled(
        target,
        "cloud.each_stage.retries=2",
        "cloud.each_stage.cpu=2",
        f"cloud.stages.Trainer={{cpu: 8, memory_gb: 30, accelerator: {accelerator}, image: cuda}}",
    )
    trainer = executors["Trainer-e"]["container"]
    assert trainer["image"] == "cuda"
    assert trainer["resources"] == {
        "cpuLimit": 8,
        "memoryLimit": 30,
        "accelerator": {"type": accelerator, "count": 1},
    }
    assert executors["Augment-e"]["container"]["resources"] == {"cpuLimit": 2}
    assert executors["Augment-e"]["container"]["image"] == "i"
    assert {task["retryPolicy"]["maxRetryCount"] for task in tasks.values()} == {2}


def test_a_machine_of_vertex_is_a_custom_job():
    executors, _, platform = compiled(
        "vertex",
        "cloud.stages.Trainer={machine: n1-standard-8, accelerator: NVIDIA_TESLA_T4, "
        "accelerators: 2, disk_gb: 200, timeout_hours: 6, spot: true}",
        "cloud.vertex={service_account: a@b, network: n, encryption_key: k}",
    )
    assert platform is None
    job = executors["Trainer-e"]["customJob"]["customJob"]
    assert job["encryptionSpec"] == {"kmsKeyName": "k"}
    assert job["jobSpec"] == {
        "workerPoolSpecs": [
            {
                "replicaCount": 1,
                "machineSpec": {
                    "machineType": "n1-standard-8",
                    "acceleratorType": "NVIDIA_TESLA_T4",
                    "acceleratorCount": 2,
                },
                "diskSpec": {"bootDiskType": "pd-ssd", "bootDiskSizeGb": 200},
                "containerSpec": {"imageUri": "i", "command": ["python"], "args": ["{{$}}"]},
            }
        ],
        "scheduling": {"timeout": "21600s", "strategy": "SPOT"},
        "serviceAccount": "a@b",
        "network": "n",
    }
    assert "container" in executors["Augment-e"]


def test_several_machines_of_vertex_train_with_the_first():
    executors, _, _ = compiled(
        "vertex",
        "trainer.strategy=multi_worker",
        "root=gs://shop/oneshelf",
        "cloud.stages.Trainer={machine: n1-standard-8, machines: 3}",
    )
    first, others = executors["Trainer-e"]["customJob"]["customJob"]["jobSpec"]["workerPoolSpecs"]
    assert (first["replicaCount"], others["replicaCount"]) == (1, 2)
    assert others["machineSpec"] == first["machineSpec"]
    assert others["containerSpec"]["command"] == [
        *("oneshelf", "train-worker", "--root", "/gcs/shop/oneshelf")
    ]


@pytest.mark.parametrize(
    ("task", "number"), [({"type": "chief", "index": 0}, 0), ({"type": "worker", "index": 1}, 2)]
)
def test_machines_find_each_other_by_what_vertex_tells_them(task, number):
    """As its guide on distributed training shows the variable, with keys of its own."""
    told = {
        "cluster": {
            "chief": ["cmle-training-workerpool0-ab-0:2222"],
            "worker": [
                "cmle-training-workerpool1-ab-0:2222",
                "cmle-training-workerpool1-ab-1:2222",
            ],
        },
        "environment": "cloud",
        "job": "{}",
        "task": {**task, "cloud": "abc"},
    }
    cluster = read_cluster({"TF_CONFIG": json.dumps(told)})
    assert (len(cluster.addresses), cluster.number) == (3, number)


def test_pods_of_kubeflow_get_volumes_secrets_disk_timeout_and_spot_nodes():
    _, _, platform = compiled(
        "kubeflow",
        "cloud.stages.Trainer={disk_gb: 50, timeout_hours: 0.5, spot: true}",
        "cloud.kubeflow.volumes=[{claim: shelves, path: /data}]",
        "cloud.kubeflow.secrets=[{secret: s3, key: id, variable: AWS_ACCESS_KEY_ID}]",
    )
    pods = platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    everywhere = {
        "pvcMount": [{"constant": "shelves", "mountPath": "/data"}],
        "secretAsEnv": [
            {
                "secretName": "s3",
                "keyToEnv": [{"secretKey": "id", "envVar": "AWS_ACCESS_KEY_ID"}],
            }
        ],
    }
    assert set(pods) == {f"{stage}-e" for stage in STAGES}
    assert pods["Augment-e"] == everywhere
    assert pods["Trainer-e"] == everywhere | {
        "activeDeadlineSeconds": 1800,
        "genericEphemeralVolume": [
            {
                "volumeName": "temporary",
                "mountPath": "/tmp",
                "accessModes": ["ReadWriteOnce"],
                "size": "50Gi",
                "defaultStorageClass": True,
            }
        ],
        "nodeSelector": {"labels": {"cloud.google.com/gke-spot": "true"}},
        "tolerations": [
            {
                "key": "cloud.google.com/gke-spot",
                "operator": "Equal",
                "value": "true",
                "effect": "NoSchedule",
            }
        ],
    }


@pytest.mark.parametrize(
    ("target", "assignments", "said"),
    [
        (
            "vertex",
            ["cloud.stages.Trainer.accelerator=nvidia.com/gpu"],
            "cloud.stages.Trainer.accelerator: nvidia.com/gpu is none of vertex, which calls them "
            "as in NVIDIA_TESLA_T4",
        ),
        (
            "kubeflow",
            ["cloud.stages.Trainer.accelerator=NVIDIA_TESLA_T4"],
            "cloud.stages.Trainer.accelerator: NVIDIA_TESLA_T4 is none of kubeflow, which calls "
            "them as in nvidia.com/gpu",
        ),
        (
            "vertex",
            ["cloud.stages.Trainer.spot=true"],
            "cloud.stages.Trainer.spot: Vertex AI gives it with a type of machine only; set "
            "machine, too",
        ),
        (
            "kubeflow",
            ["cloud.stages.Trainer.machine=n1-standard-8"],
            "cloud.stages.Trainer.machine: Kubeflow takes cpu and memory_gb; give those",
        ),
        (
            "vertex",
            ["cloud.stages.Augment={machine: n1-standard-8, machines: 2}"],
            "cloud.stages.Augment.machines: only Trainer runs on several machines; leave it out",
        ),
        (
            "vertex",
            ["cloud.stages.Trainer={machine: n1-standard-8, machines: 2}"],
            "cloud.stages.Trainer.machines: 2 machines train together with trainer.strategy "
            "multi_worker only; set that, or leave this out",
        ),
        (
            "vertex",
            ["trainer.strategy=multi_worker"],
            "trainer.strategy: multi_worker needs several machines; say how many in "
            "cloud.stages.Trainer.machines, or take one_device or mirrored",
        ),
        (
            "kubeflow",
            ["trainer.strategy=multi_worker"],
            "trainer.strategy: multi_worker needs several machines, and on Kubeflow each stage "
            "runs in one container; take mirrored, with several accelerators, or one_device",
        ),
    ],
)
def test_what_a_target_cannot_give_is_refused(target, assignments, said):
    assert list(problems(target, configured(*assignments))) == [said]


def test_what_is_wrong_for_each_stage_names_the_setting_for_each():
    said = list(problems("vertex", configured("cloud.each_stage.disk_gb=100")))
    assert len(said) == len(STAGES)
    assert set(said) == {
        "cloud.each_stage.disk_gb: Vertex AI gives it with a type of machine only; set machine, too"
    }


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("cloud.stages.Trainr.cpu=1", "'Trainr' is no such stage; did you mean Trainer?"),
        ("cloud.stages.Trainer.cpus=1", "did you mean cloud.stages.Trainer.cpu?"),
        ("cloud.stages.Trainer.accelerators=2", "of which kind? set accelerator, too"),
        ("cloud.each_stage={machine: m, cpu: 1}", "it has its own processors and memory"),
        ("cloud.vertex.labels={Team: x}", "expected at most 63 small letters"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(assignment, said):
    with pytest.raises(WrongInput) as refused:
        load(assignments=[assignment])
    assert said in str(refused.value)
    assert "[key]" not in str(refused.value)


def test_resources_survive_being_written_and_read():
    given = configured("cloud.each_stage.cpu=2", "cloud.stages.Trainer.memory_gb=8")
    again = load(None, overrides=yaml.safe_load(given.to_yaml()))
    assert again.cloud.resources("Trainer") == given.cloud.resources("Trainer")
    assert again.cloud.resources("Trainer").cpu == 2


FULL = {
    "vertex": (
        "cloud.each_stage={cpu: 2, memory_gb: 8, retries: 1}",
        "cloud.stages.EdgeExport={accelerator: NVIDIA_TESLA_T4}",
    ),
    "kubeflow": (
        "cloud.each_stage={cpu: 2, memory_gb: 8, retries: 1}",
        "cloud.stages.Trainer={accelerator: nvidia.com/gpu, disk_gb: 50, timeout_hours: 6, "
        "spot: true}",
        "cloud.kubeflow.volumes=[{claim: shelves, path: /data}]",
        "cloud.kubeflow.secrets=[{secret: s3, key: id, variable: AWS_ACCESS_KEY_ID}]",
    ),
}
MACHINES = (
    "trainer.strategy=multi_worker",
    "cloud.each_stage={retries: 1}",
    "cloud.stages.Trainer={machine: n1-standard-8, accelerator: NVIDIA_TESLA_T4, machines: 2, "
    "disk_gb: 200, timeout_hours: 6, spot: true}",
)


@pytest.mark.tfx
def test_the_kubeflow_client_reads_the_file_and_sends_both_parts(tmp_path):
    from kfp.client import client as kfp_client

    from kubeflow.compile import compile_to

    compile_to("kubeflow", tmp_path / "p.yaml", configured(*FULL["kubeflow"]))
    sent = kfp_client._extract_pipeline_yaml(str(tmp_path / "p.yaml")).to_dict()

    container = _container(sent["pipeline_spec"], "Trainer")
    assert container["resources"] == {
        "cpuLimit": 2.0,
        "memoryLimit": 8.0,
        "accelerator": {"type": "nvidia.com/gpu", "count": 1},
    }
    pods = sent["platform_spec"]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    assert len(pods) == len(sent["pipeline_spec"]["deploymentSpec"]["executors"])


@pytest.mark.tfx
def test_the_platform_section_is_what_kubeflow_reads():
    config_pb2 = pytest.importorskip(
        "kfp.kubernetes.kubernetes_executor_config_pb2",
        reason="kfp-kubernetes is not installed",
    )
    from google.protobuf import json_format

    _, _, platform = compiled("kubeflow", *FULL["kubeflow"])
    for pod in platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"].values():
        json_format.ParseDict(pod, config_pb2.KubernetesExecutorConfig())


@pytest.mark.tfx
@pytest.mark.parametrize("assignments", [FULL["vertex"], MACHINES])
def test_vertex_reads_the_file_and_its_custom_jobs(assignments, tmp_path):
    from google.cloud.aiplatform_v1.types import CustomJob, PipelineJob
    from google.protobuf import json_format
    from kfp.pipeline_spec import pipeline_spec_pb2

    from kubeflow.compile import compile_to

    compile_to("vertex", tmp_path / "p.json", configured(*assignments))
    job = json.loads((tmp_path / "p.json").read_text())

    json_format.ParseDict(job, PipelineJob()._pb, ignore_unknown_fields=True)
    json_format.ParseDict(job["pipelineSpec"], pipeline_spec_pb2.PipelineSpec())
    custom = [
        each["customJob"]["customJob"]
        for each in job["pipelineSpec"]["deploymentSpec"]["executors"].values()
        if "customJob" in each
    ]
    assert len(custom) == (1 if assignments is MACHINES else 0)
    for each in custom:
        json_format.ParseDict(each, CustomJob()._pb)


def _container(spec, stage):
    label = spec["components"][stage]["executorLabel"]
    return spec["deploymentSpec"]["executors"][label]["container"]
