"""Starts LocalStack's runtime in this process: `python -m tandem_localstack` (../settings.ts says with what)."""

import os
import shutil
import tempfile

from tandem_localstack.guard import end_with_parent
from tandem_localstack.import_lock import import_one_at_a_time
from tandem_localstack.settings import settings


def prepare_folders() -> None:
    """Nothing is kept between two runs: functions and layers are unpacked anew."""
    state = settings().state_folder
    for name in ("environments", "opt", "tmp"):
        shutil.rmtree(state / name, ignore_errors=True)
        (state / name).mkdir(parents=True)
    # Not by TMPDIR, which LocalStack takes for an old setting of its own.
    tempfile.tempdir = str(state / "tmp")


def main() -> None:
    """Run until a signal, or until the parent is gone."""
    import_one_at_a_time()
    prepare_folders()
    if os.environ.get("TANDEM_END_WITH_PARENT") == "1":
        end_with_parent()
    from plux.runtime.cache import get_user_cache_dir

    # plux keeps what it found by the time of each folder, which an edited entry_points.txt does not change.
    shutil.rmtree(get_user_cache_dir() / "plux", ignore_errors=True)
    from localstack.runtime.main import main as run_localstack

    run_localstack()


main()
