"""Apache Kafka as a real cluster offers itself: TLS with passwords, and TLS with certificates.

One broker has all the listeners, so that one start serves most tests:

    plain      no TLS, no password; what brokers say to each other, and what a test reads with
    passwords  SASL_SSL with SCRAM-SHA-512 and PLAIN
    mutual     SSL; the client must show a certificate
    elsewhere  SSL with a certificate that names another host
    moved      SSL; says that it is to be found at `elsewhere`
"""

import base64
import subprocess
import uuid
from collections.abc import Iterable
from pathlib import Path

from tests.brokers.kafka import (
    FORMAT_WITHIN_S,
    HOST,
    SHORT_LIFE,
    KafkaBroker,
    KafkaFailed,
    free_ports,
)
from tests.security.certificates import KEY_PASSWORD, Authority

USER = "flow-worker"
PASSWORD = "made-up p4ssw0rd=x"
"""With what a form or a properties file might swallow. (Kafka's storage tool takes no comma.)"""

_PROPERTIES = """
listeners={listeners},CONTROLLER://{controller}
advertised.listeners={advertised}
controller.quorum.voters=1@{controller}
listener.security.protocol.map={protocols},CONTROLLER:PLAINTEXT
ssl.keystore.type=PEM
ssl.keystore.location={key_store}
listener.name.elsewhere.ssl.keystore.type=PEM
listener.name.elsewhere.ssl.keystore.location={other_key_store}
ssl.truststore.type=PEM
ssl.truststore.location={trust_store}
listener.name.mutual.ssl.client.auth=required
listener.name.passwords.sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
listener.name.passwords.scram-sha-512.sasl.jaas.config={package}.scram.ScramLoginModule required;
listener.name.passwords.plain.sasl.jaas.config={package}.plain.PlainLoginModule required \\
    user_{user}="{password}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
allow.everyone.if.no.acl.found=true
"""
_PROTOCOLS = {
    "PLAINTEXT": "PLAINTEXT",
    "PASSWORDS": "SASL_SSL",
    "MUTUAL": "SSL",
    "ELSEWHERE": "SSL",
    "MOVED": "SSL",
}


class SecureKafkaBroker(KafkaBroker):
    """`address` is the plain listener; the other addresses have the listeners' names."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.authority = Authority(folder / "certificates")
        server = self.authority.sign("broker", f"IP:{HOST},DNS:localhost")
        other = self.authority.sign("other", "DNS:kafka-2.example")
        self.client = self.authority.sign(USER, f"DNS:{USER}", key_password=KEY_PASSWORD)
        passwords, mutual, elsewhere, moved, controller = free_ports(5)
        self.passwords = f"{HOST}:{passwords}"
        self.mutual = f"{HOST}:{mutual}"
        self.elsewhere = f"{HOST}:{elsewhere}"
        self.moved = f"{HOST}:{moved}"
        bound = (self.address, self.passwords, self.mutual, self.elsewhere, self.moved)
        with self._properties.open("a") as properties:  # the last line of a name counts
            properties.write(
                _PROPERTIES.format(
                    listeners=_joined("://", bound),
                    advertised=_joined("://", (*bound[:-1], self.elsewhere)),
                    protocols=_joined(":", _PROTOCOLS.values()),
                    controller=f"{HOST}:{controller}",
                    key_store=server.chain(),
                    other_key_store=other.chain(),
                    trust_store=self.authority.certificate,
                    package="org.apache.kafka.common.security",
                    user=USER,
                    password=PASSWORD,
                )
            )

    def _format(self) -> None:
        """As any broker's, and the SCRAM user goes in with it."""
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        done = subprocess.run(
            [
                *self._java(*SHORT_LIFE),
                *("kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}"),
                *("--config", str(self._properties)),
                f'--add-scram=SCRAM-SHA-512=[name="{USER}",password="{PASSWORD}"]',
            ],
            capture_output=True,
            text=True,
            timeout=FORMAT_WITHIN_S,
            check=False,
        )
        if done.returncode != 0:
            raise KafkaFailed(f"storage was not formatted:\n{done.stdout}{done.stderr}")

    def allow(self, user: str, *what: str) -> None:
        """Add access rules, in the words of kafka-acls.sh: `--operation Read --topic events`.

        What no rule speaks of is open to everyone; who comes by the plain listener may do all.
        """
        done = subprocess.run(
            [
                *self._java(*SHORT_LIFE),
                *("org.apache.kafka.tools.AclCommand", "--bootstrap-server", self.address),
                *("--add", f"--allow-principal=User:{user}", *what),
            ],
            capture_output=True,
            text=True,
            timeout=FORMAT_WITHIN_S,
            check=False,
        )
        if done.returncode != 0 or "Error" in done.stdout:
            raise KafkaFailed(f"access rules were not added:\n{done.stdout}{done.stderr}")


def _joined(between: str, values: Iterable[str]) -> str:
    """Each listener's name with its value, as Kafka's properties have them."""
    pairs = zip(_PROTOCOLS, values, strict=True)
    return ",".join(f"{name}{between}{value}" for name, value in pairs)
