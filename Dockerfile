# Either stack, with the tested versions. Not built where this file was written (no Docker there).
#   docker build -t mmmtl --build-arg STACK=onedl .        (or STACK=openmmlab)
#   docker run --gpus all --shm-size 8g -v "$PWD/data:/mmmtl/data" mmmtl python tools/train.py CONFIG
# openmmlab compiles mmcv; for its GPU operators give a BASE with CUDA's compiler and Python 3.11.
ARG BASE=python:3.11
FROM ${BASE}
ARG STACK=onedl
RUN apt-get update && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 build-essential \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /mmmtl
COPY requirements requirements
# Torch first, at the tested version; mmcv's build looks for it and for pkg_resources.
RUN pip install --no-cache-dir -c requirements/constraints.txt torch 'setuptools<82' wheel
COPY setup.py pyproject.toml MANIFEST.in README.md CHANGELOG.md LICENSE model-index.yml ./
COPY configs configs
COPY tools tools
COPY mmmtl mmmtl
RUN pip install --no-cache-dir --no-build-isolation -c requirements/constraints.txt -e ".[${STACK},balancing,loggers]"
