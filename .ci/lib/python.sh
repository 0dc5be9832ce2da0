# shellcheck shell=bash
# The virtual environment of the work tree, with the project and what its tests need.

python_ensure() {
  local venv=$REPO_DIR/.venv
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 \
    "$venv/bin/python" -m pip install -q -e "${REPO_DIR}[test]"
}
