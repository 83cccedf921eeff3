"""What the deployment tells the code, read from the environment once per process."""

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Settings:
    """One value per environment variable of the same name in infra/resources.yaml."""

    stage: str
    site_url: str
    """Where people reach the site, without a slash at the end; may have a path (`https://host/api`)."""
    mail_from: str
    mail_configuration_set: str
    user_pool_id: str
    user_pool_client_id: str
    operations_email: str
    files_bucket: str
    imports_bucket: str
    files_are_scanned: bool
    """GuardDuty scans the files' bucket and tags what is in it; nothing is opened that is not known clean."""

    @property
    def is_local(self) -> bool:
        return self.stage == "local"

    @property
    def is_secure(self) -> bool:
        """Whether the site is served over TLS. Only a laptop's is not."""
        return self.site_url.startswith("https://")

    @property
    def base_path(self) -> str:
        """The path part of `site_url`, empty when the site has a domain of its own."""
        _, _, rest = self.site_url.partition("://")
        _, slash, path = rest.partition("/")
        return f"{slash}{path}"

    @property
    def origin(self) -> str:
        """Scheme, host and port, as a browser's Origin header says them."""
        return self.site_url.removesuffix(self.base_path) if self.base_path else self.site_url


@cache
def settings() -> Settings:
    """The settings of this process. Raises KeyError when the deployment left one out."""
    env = os.environ
    return Settings(
        stage=env["STAGE"],
        site_url=env["SITE_URL"].rstrip("/"),
        mail_from=env.get("MAIL_FROM", ""),
        mail_configuration_set=env.get("MAIL_CONFIGURATION_SET", ""),
        user_pool_id=env.get("USER_POOL_ID", ""),
        user_pool_client_id=env.get("USER_POOL_CLIENT_ID", ""),
        operations_email=env.get("OPERATIONS_EMAIL", ""),
        files_bucket=env.get("FILES_BUCKET", ""),
        imports_bucket=env.get("IMPORTS_BUCKET", ""),
        files_are_scanned=env.get("FILES_ARE_SCANNED") == "yes",
    )
