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
    return SqlRegistry.open(folder.resolve("registry.db"), clock, clock);
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

  @Test
  void findsAKeyThatSomebodyGaveToTwoDevicesBehindTheRegistrysBack() throws Exception {
    registry.certificates().add(certificate("a1", PUMP, "k1", 30));
    registry.close();
    try (var connection =
            java.sql.DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("registry.db"));
        var statement = connection.createStatement()) {
      statement.executeUpdate(
          "insert into certificate select 'b1', 'fan-1', key_digest, key_kind, 'f',"
              + " not_before_micros, not_after_micros, null, null, issuer from certificate");
    }
    registry = open();
    assertThat(registry.certificates().sharedKeys(9)).containsExactly("k1");
  }
}
