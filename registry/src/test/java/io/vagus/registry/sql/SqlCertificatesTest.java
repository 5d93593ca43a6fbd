package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.CertificatesContract;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.Registry;
import io.vagus.registry.RevocationReason;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(RegistryConfig.Kind.class)
class SqlCertificatesTest extends CertificatesContract {
  @Parameter RegistryConfig.Kind kind;
  @TempDir Path folder;
  private TestStore store;

  private TestStore store() {
    if (store == null) {
      store = TestStore.of(kind, folder);
    }
    return store;
  }

  @Override
  protected Registry open() {
    return store().open(clock, clock);
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
    try (var connection = store().connect();
        var statement = connection.createStatement()) {
      statement.executeUpdate(
          "insert into certificate select 'b1', 'fan-1', key_digest, key_kind, 'f',"
              + " not_before_micros, not_after_micros, null, null, issuer from certificate");
    }
    registry = open();
    assertThat(registry.certificates().sharedKeys(9)).containsExactly("k1");
  }
}
