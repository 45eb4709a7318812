"""LocalStack installs programs of some services when they are first used; here everything is pinned beforehand."""

from localstack.packages.api import InstallTarget, PackageException, PackageInstaller


def refuse_downloads() -> None:
    """Fail the request with a reason, instead of fetching unpinned programs, or waiting for a network."""

    def install(self: PackageInstaller, target: InstallTarget | None = None) -> None:
        if not self.is_installed():
            raise PackageException(
                f"This would download {self.name} {self.version}, and the emulator downloads nothing while it runs."
            )

    PackageInstaller.install = install  # type: ignore[method-assign]
