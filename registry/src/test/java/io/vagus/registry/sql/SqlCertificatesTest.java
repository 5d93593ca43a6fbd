package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.CertificatesContract;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.Registry;
import io.vagus.registry.RevocationReason;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlCertificatesTest extends CertificatesContract {
  @TempDir Path folder;

  @Override
  protected Registry open() {
    return SqliteRegistry.open(folder.resolve("registry.db"), clock, clock);
  }

  @Test
  void aRevocationIsThereAfterReopening() {
    registry.certificates().add(certificate("a1", PUMP, "k1", 30));
    IssuedCertificate revoked =
        registry.certificates().revoke(PUMP, "a1", RevocationReason.KEY_COMPROMISE);

    registry.close();
    registry = open();

    assertThat(registry.certificates().find("a1")).contains(revoked);
  }
}
