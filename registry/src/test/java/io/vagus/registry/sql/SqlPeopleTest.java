package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.IdempotentAnswers.Answer;
import io.vagus.registry.People.CodeMissing;
import io.vagus.registry.PeopleContract;
import io.vagus.registry.Registry;
import io.vagus.registry.Right;
import io.vagus.registry.Tokens.Issued;
import io.vagus.registry.User;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(RegistryConfig.Kind.class)
class SqlPeopleTest extends PeopleContract {
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

  private void reopen() {
    registry.close();
    registry = open();
  }

  @Test
  void everythingIsThereAfterReopening() {
    people().add(ada());
    people().grant("ada", OPERATES);
    people().bind("ada", "https://id.example 42");
    String secret = people().beginTotp("ada");
    assertThat(secret).hasSize(32);
    Issued token = registry.tokens().issue(token("ci", Optional.of(Duration.ofHours(1)), "viewer"));
    registry.rightUses().used("user:ada", Right.FLEET_READ);
    List<User> before = people().all();

    reopen();

    assertThat(people().all()).isEqualTo(before);
    assertThat(registry.tokens().find(token.text())).contains(token.token());
    assertThat(registry.rightUses().of("user:ada")).containsEntry(Right.FLEET_READ, clock.now());
    registry.tokens().revoke(token.token().id());
    people().remove("ada");
    reopen();
    assertThat(people().all()).isEmpty();
    assertThat(registry.tokens().all()).isEmpty();
    assertThat(registry.rightUses().of("user:ada")).isEmpty();
  }

  @Test
  void noPasswordAndNoTokenIsInAnyFile() throws Exception {
    people().add(ada());
    String token = registry.tokens().issue(token("ci", Optional.empty(), "viewer")).text();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .doesNotContain(PASSWORD)
            .doesNotContain(token);
      }
    }
  }

  @Test
  void whatIsUndoneWithItsAnswerIsNotInMemoryEither() {
    Assertions.assertThatThrownBy(() ->
            registry
                .idempotentAnswers()
                .once(
                    "admin",
                    "k",
                    "d",
                    () -> {
                      people().add(ada());
                      registry.tokens().issue(token("ci", Optional.empty(), "viewer"));
                      throw new IllegalStateException("failed");
                    }))
        .hasMessage("failed");
    assertThat(people().find("ada")).isEmpty();
    assertThat(registry.tokens().all()).isEmpty();
    registry
        .idempotentAnswers()
        .once(
            "admin",
            "k",
            "d",
            () -> {
              people().add(ada());
              return Optional.of(new Answer(201, ""));
            });
    assertThat(people().find("ada")).isPresent();
    assertThat(people().prove("ada", PASSWORD, Optional.empty()))
        .isNotInstanceOf(CodeMissing.class);
  }

  @Test
  void scopesOfTokensMadeBeforeBecomeRights() throws Exception {
    Issued token = registry.tokens().issue(token("old", Optional.empty(), "viewer"));
    registry.close();
    try (var sql = store().connect();
        var statement = sql.createStatement()) {
      statement.execute("drop table person");
      statement.execute("delete from event");
      statement.execute("drop table right_use");
      statement.execute("alter table api_token drop column owner");
      statement.execute("alter table api_token drop column device_group");
      statement.execute("update api_token set scopes = '[\"read\",\"write\",\"backup\"]'");
      statement.execute("delete from schema_version where version = 7");
    }
    registry = open();
    assertThat(registry.tokens().find(token.text()).orElseThrow().rights())
        .contains(Right.FLEET_READ, Right.DEVICE_WRITE, Right.BACKUP_TAKE)
        .doesNotContain(Right.PEOPLE_MANAGE, Right.METRICS_READ);
  }
}
