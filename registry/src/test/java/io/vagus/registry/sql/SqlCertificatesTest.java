package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.CertificatesContract;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.Registry;
import io.vagus.registry.RevocationReason;
import java.nio.file.Path;
import java.util.List;
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
              + " not_before_micros, not_after_micros, null, null, issuer, 0 from certificate");
    }
    registry = open();
    assertThat(registry.certificates().sharedKeys(9)).containsExactly("k1");
  }

  @Test
  void theOrderOfCertificatesOfAnEarlierReleaseIsReadFromTheLog() throws Exception {
    for (String serial : List.of("c3", "a1", "b2")) {
      registry.certificates().add(certificate(serial, PUMP, "k1", 30));
    }
    registry.certificates().revoke(PUMP, "b2", RevocationReason.SUPERSEDED);
    List<IssuedCertificate> before = registry.certificates().of(PUMP);
    registry.close();
    try (var connection = store().connect();
        var statement = connection.createStatement()) {
      statement.executeUpdate("alter table certificate drop column sequence");
      statement.executeUpdate("delete from schema_version where version = 12");
    }
    registry = open();
    assertThat(registry.certificates().of(PUMP)).isEqualTo(before);
    try (RegistryAudit audit = store().audit()) {
      assertThat(audit.rebuild().differences()).isEmpty();
    }
  }
}
