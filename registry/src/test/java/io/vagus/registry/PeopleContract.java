package io.vagus.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.GroupId;
import io.vagus.registry.People.CodeMissing;
import io.vagus.registry.People.NewUser;
import io.vagus.registry.People.Proved;
import io.vagus.registry.People.Wrong;
import io.vagus.registry.Tokens.Issued;
import io.vagus.registry.Tokens.NewToken;
import io.vagus.registry.Tokens.Token;
import io.vagus.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine does with users, tokens and the use of rights. */
public abstract class PeopleContract {
  protected static final String PASSWORD = "a long walk home";
  protected static final RoleGrant VIEWS = new RoleGrant(Role.VIEWER, GroupId.ALL);
  protected static final RoleGrant OPERATES = new RoleGrant(Role.OPERATOR, GroupId.ALL);

  protected final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  protected Registry registry;

  protected abstract Registry open() throws Exception;

  @BeforeEach
  void begin() throws Exception {
    registry = open();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  protected static NewUser ada() {
    return new NewUser("ada", "Ada L.", Optional.of(PASSWORD), List.of(VIEWS));
  }

  protected static NewToken token(String name, Optional<Duration> lifetime, String... scopes) {
    return new NewToken(name, List.of(scopes), GroupId.ALL, Optional.empty(), lifetime);
  }

  protected People people() {
    return registry.people();
  }

  protected static void assertRefused(ErrorCode code, String part, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(part);
  }

  @Test
  @Timeout(60)
  void ofTokensOfOneNameThatAreMadeAtOnceOneIsMade() throws Exception {
    for (int round = 0; round < 20; round++) {
      NewToken wanted = token("t" + round, Optional.empty(), "viewer");
      CyclicBarrier start = new CyclicBarrier(4);
      AtomicInteger made = new AtomicInteger();
      AtomicInteger refused = new AtomicInteger();
      try (ExecutorService makers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 4; i++) {
          makers.submit(() -> {
            start.await();
            try {
              registry.tokens().issue(wanted);
              made.incrementAndGet();
            } catch (VagusException e) {
              refused.incrementAndGet();
            }
            return null;
          });
        }
      }
      assertThat(made.get()).isEqualTo(1);
      assertThat(refused.get()).isEqualTo(3);
    }
    assertThat(registry.tokens().all()).hasSize(20);
  }

  @Test
  void aTokensRightsGoNoFartherThanItsOwners() {
    for (String id : List.of("acme", "acme/north", "beta")) {
      Optional<GroupId> parent =
          id.contains("/") ? Optional.of(new GroupId("acme")) : Optional.empty();
      registry.saveGroup(new Group(new GroupId(id), parent, id, Optional.empty()));
    }
    people()
        .add(
            new NewUser(
                "eve",
                "",
                Optional.empty(),
                List.of(new RoleGrant(Role.VIEWER, new GroupId("acme")))));
    Callers callers = new Callers(registry);
    for (var expected :
        Map.of("all", "acme", "acme", "acme", "acme/north", "acme/north", "beta", "").entrySet()) {
      String text =
          registry
              .tokens()
              .issue(
                  new NewToken(
                      "of-" + expected.getKey().replace('/', '-'),
                      List.of("viewer"),
                      new GroupId(expected.getKey()),
                      Optional.of("eve"),
                      Optional.empty()))
              .text();
      assertThat(callers.ofToken(text).orElseThrow().groups(Right.FLEET_READ))
          .as(expected.getKey())
          .isEqualTo(
              expected.getValue().isEmpty() ? Set.of() : Set.of(new GroupId(expected.getValue())));
    }
  }

  @Test
  void provesWhoKnowsThePasswordAndNobodyElse() {
    User ada = people().add(ada());
    assertThat(people().prove("ada", PASSWORD, Optional.empty())).isEqualTo(new Proved(ada));
    for (String wrong : List.of("", "a long walk hom", PASSWORD + " ", "x".repeat(5000))) {
      assertThat(people().prove("ada", wrong, Optional.empty())).isEqualTo(new Wrong());
    }
    assertThat(people().prove("bob", PASSWORD, Optional.empty())).isEqualTo(new Wrong());
    people().disable("ada", true);
    assertThat(people().prove("ada", PASSWORD, Optional.empty())).isEqualTo(new Wrong());
  }

  @Test
  void aUserWithoutAPasswordIsProvedByNone() {
    people().add(new NewUser("ada", "", Optional.empty(), List.of()));
    assertThat(people().prove("ada", "", Optional.empty())).isEqualTo(new Wrong());
  }

  @Test
  void aNewPasswordTakesTheOldOnesPlace() {
    User before = people().add(ada());
    clock.advance(Duration.ofSeconds(1));
    User after = people().setPassword("ada", "another long walk");
    assertThat(after.passwordAt()).isNotEqualTo(before.passwordAt());
    assertThat(people().prove("ada", PASSWORD, Optional.empty())).isEqualTo(new Wrong());
    assertThat(people().prove("ada", "another long walk", Optional.empty()))
        .isEqualTo(new Proved(after));
  }

  @ParameterizedTest
  @ValueSource(strings = {"short", "elevenchars", "ada ada adaa", "ADAADAADAADA"})
  void refusesPasswordsThatAreShortOrLittleButTheName(String password) {
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        "password: ",
        () -> people().add(new NewUser("ada", "", Optional.of(password), List.of())));
    assertThat(people().find("ada")).isEmpty();
  }

  @Test
  void takesLongPasswordsOfAnyLettersAndNoneThatIsTooLong() {
    people().add(new NewUser("ada", "", Optional.of("пароль пароль ".repeat(5)), List.of()));
    assertRefused(
        ErrorCode.INVALID_REQUEST, "256", () -> people().setPassword("ada", "x".repeat(257)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Ada", "a b", "../etc", "a\r\nb", "' or 1=1 --", "-a", "ä"})
  void refusesNamesThatAreNone(String name) {
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        "name: ",
        () -> people().add(new NewUser(name, "", Optional.empty(), List.of())));
  }

  @Test
  void aNameIsTakenOnce() {
    people().add(ada());
    assertRefused(ErrorCode.CONFLICT, "ada", () -> people().add(ada()));
  }

  @Test
  void grantsAreGivenAndTakenBack() {
    people().add(ada());
    assertThat(people().grant("ada", OPERATES).grants()).containsExactly(VIEWS, OPERATES);
    assertThat(people().grant("ada", OPERATES).grants()).containsExactly(VIEWS, OPERATES);
    assertThat(people().withdraw("ada", VIEWS).grants()).containsExactly(OPERATES);
    assertRefused(ErrorCode.NOT_FOUND, "viewer on all", () -> people().withdraw("ada", VIEWS));
    assertRefused(ErrorCode.NOT_FOUND, "bob", () -> people().grant("bob", VIEWS));
    people().remove("ada");
    assertThat(people().all()).isEmpty();
    assertRefused(ErrorCode.NOT_FOUND, "ada", () -> people().remove("ada"));
  }

  @Test
  void aSecondFactorIsAskedForOnceConfirmedAndTakesEachCodeOnce() {
    people().add(ada());
    String secret = people().beginTotp("ada");
    assertThat(people().prove("ada", PASSWORD, Optional.empty())).isInstanceOf(Proved.class);
    assertRefused(
        ErrorCode.INVALID_REQUEST, "code: ", () -> people().confirmTotp("ada", "000000x"));

    String code = codeNow(secret);
    assertThat(people().confirmTotp("ada", code).secondFactor()).isTrue();

    assertThat(people().prove("ada", PASSWORD, Optional.empty())).isEqualTo(new CodeMissing());
    assertThat(people().prove("ada", PASSWORD, Optional.of(code))).isEqualTo(new Wrong());
    assertThat(people().prove("ada", "a wrong password", Optional.of(code))).isEqualTo(new Wrong());
    clock.advance(Duration.ofSeconds(30));
    String next = codeNow(secret);
    assertThat(people().prove("ada", PASSWORD, Optional.of(next))).isInstanceOf(Proved.class);
    assertThat(people().prove("ada", PASSWORD, Optional.of(next))).isEqualTo(new Wrong());
    assertRefused(ErrorCode.CONFLICT, "second factor", () -> people().beginTotp("ada"));
    people().removeTotp("ada");
    assertThat(people().prove("ada", PASSWORD, Optional.empty())).isInstanceOf(Proved.class);
  }

  @Test
  void codesOfClocksThatDifferByAStepCountAndNoOthers() {
    people().add(ada());
    String secret = people().beginTotp("ada");
    String old = codeNow(secret);
    clock.advance(Duration.ofSeconds(60));
    assertRefused(ErrorCode.INVALID_REQUEST, "code: ", () -> people().confirmTotp("ada", old));
    String later = Totp.codeAt(secret, clock.now().getEpochSecond() / 30 + 1);
    assertThat(people().confirmTotp("ada", later).secondFactor()).isTrue();
  }

  private String codeNow(String secret) {
    return Totp.codeAt(secret, clock.now().getEpochSecond() / 30);
  }

  @Test
  void aSubjectIsBoundToOneUser() {
    people().add(ada());
    people().add(new NewUser("bob", "", Optional.empty(), List.of()));
    User ada = people().bind("ada", "https://id.example 42");
    assertThat(people().bySubject("https://id.example 42")).contains(ada);
    assertRefused(
        ErrorCode.CONFLICT, "subject", () -> people().bind("bob", "https://id.example 42"));
    assertRefused(ErrorCode.CONFLICT, "subject", () -> people().bind("ada", "another"));
  }

  @Test
  void aTokenIsFoundUntilItExpiresOrIsRevoked() {
    Issued forever = registry.tokens().issue(token("admin", Optional.empty(), "admin"));
    Issued hour =
        registry.tokens().issue(token("ci", Optional.of(Duration.ofHours(1)), "device.write"));

    assertThat(registry.tokens().find(forever.text())).contains(forever.token());
    assertThat(registry.tokens().find(hour.text()).map(Token::rights))
        .contains(java.util.Set.of(Right.DEVICE_WRITE));
    assertThat(registry.tokens().find(hour.text() + "x")).isEmpty();
    assertThat(registry.tokens().find("")).isEmpty();
    assertThat(registry.tokens().all()).contains(forever.token(), hour.token());

    clock.advance(Duration.ofHours(1));
    assertThat(registry.tokens().find(hour.text())).isEmpty();
    assertThat(registry.tokens().all()).containsExactly(forever.token());
    registry.tokens().revoke(forever.token().id());
    assertThat(registry.tokens().find(forever.text())).isEmpty();
    assertRefused(
        ErrorCode.NOT_FOUND, "token", () -> registry.tokens().revoke(forever.token().id()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"read", "*", "ADMIN", "", "viewer ", "' or 1=1 --"})
  void refusesScopesThatAreNeitherRoleNorRight(String word) {
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        "scopes: ",
        () -> registry.tokens().issue(token("ci", Optional.empty(), word)));
  }

  @Test
  void remembersWhoUsedWhichRightWhen() {
    RightUses uses = registry.rightUses();
    uses.used("user:ada", Right.FLEET_READ);
    clock.advance(Duration.ofMinutes(1));
    uses.used("user:ada", Right.DEVICE_WRITE);
    uses.used("user:ada", Right.FLEET_READ);
    assertThat(uses.of("user:ada"))
        .containsEntry(Right.FLEET_READ, clock.now())
        .containsEntry(Right.DEVICE_WRITE, clock.now());
    assertThat(uses.last("user:bob")).isEmpty();
    uses.forget("user:ada");
    assertThat(uses.of("user:ada")).isEmpty();
  }
}
