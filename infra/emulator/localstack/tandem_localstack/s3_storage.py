"""Where large S3 objects lie: LocalStack has one fixed folder for every emulator of the machine."""

from localstack.services.s3.storage.ephemeral import EphemeralS3ObjectStore

from tandem_localstack.settings import settings


def keep_objects_in_the_state_folder() -> None:
    """Two emulators with a bucket of the same name would share its folder, and one could delete the other's."""
    init = EphemeralS3ObjectStore.__init__

    def init_in_state_folder(self: EphemeralS3ObjectStore, _root_directory: str | None = None) -> None:
        init(self, str(settings().state_folder / "tmp" / "s3"))

    EphemeralS3ObjectStore.__init__ = init_in_state_folder  # type: ignore[method-assign]
