package io.vagus.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Location;
import io.vagus.model.Page;
import io.vagus.registry.EventLog.Filter;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine's event log does. */
public abstract class EventLogContract {
  private static final DeviceId D1 = EveryChange.D1;
  private static final Actor ANNA = Actor.user("anna");

  protected final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  protected Registry registry;

  protected abstract Registry open() throws Exception;

  @BeforeEach
  void openWithOneProduct() throws Exception {
    registry = open();
    registry.saveProduct(RegistryFixtures.model("meter"));
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private static NewDevice device(String id) {
    return EveryChange.device(id);
  }

  /** All, the oldest first. */
  protected List<Event> all() {
    return EveryChange.all(registry);
  }

  private List<String> found(Filter filter) {
    return registry.events().events(filter, Optional.empty(), 100).items().stream()
        .map(e -> e.type() + " " + e.subject().text())
        .toList();
  }

  @Test
  void everyChangeIsOneEvent() {
    EveryChange.make(registry, clock);
    assertThat(all())
        .extracting(e -> e.type() + " " + e.subject().text())
        .containsExactly(
            "log.began log",
            "product.saved product:meter",
            "device.created device:d1",
            "device.created device:d2",
            "device.updated device:d1",
            "device.suspended device:d1",
            "device.active device:d1",
            "device.updated device:d1",
            "device.secret-changed device:d1",
            "device.secret-taken device:d1",
            "breach.contained device:d1",
            "certificate.issued device:d1",
            "application.saved application:app",
            "application.saved application:app",
            "token.issued token:ci",
            "token.issued token:old",
            "token.revoked token:old",
            "user.added user:ada",
            "user.granted user:ada",
            "user.withdrawn user:ada",
            "user.bound user:ada",
            "user.second-factor-begun user:ada",
            "user.password-set user:ada",
            "user.disabled user:ada",
            "user.added user:bob",
            "user.removed user:bob",
            "dead-letter.replayed device:d1",
            "batch.created batch:march",
            "batch.members-added batch:march",
            "enrolment-token.made enrolment-token:t1",
            "enrolment-token.made enrolment-token:t2",
            "enrolment-token.used enrolment-token:t1",
            "member.enrolled device:d1",
            "member.heard device:d1",
            "member.again device:d1",
            "enrolment-token.revoked enrolment-token:t2",
            "claim.issued batch:march",
            "claim.revoked batch:march",
            "batch.closed batch:march",
            "group.saved group:acme",
            "group.saved group:acme/old",
            "group.saved group:gone",
            "group.deleted group:gone",
            "device.updated device:d2",
            "tags.declared tags",
            "device.active device:d2",
            "twin.desired-changed device:d1",
            "certificate.revoked device:d1",
            "device.deleted device:d1",
            "application.deleted application:app",
            "product.saved product:valve",
            "product.deleted product:valve");
  }

  @Test
  void eachEventIsChainedToTheOneBefore() {
    EveryChange.make(registry, clock);
    EventChain chain = new EventChain(EventHead.NONE);
    for (Event event : all()) {
      Fact fact = new Fact(event.subject(), event.type(), event.body());
      assertThat(chain.link(event.time(), event.actor(), fact)).isEqualTo(event);
    }
    assertThat(registry.events().head()).isEqualTo(chain.head());
    assertThat(chain.head().sequence()).isEqualTo(all().size());
  }

  @Test
  void anEventNamesWhoMadeTheChangeAndWhen() {
    clock.advance(Duration.ofSeconds(3));
    Instant when = clock.now();
    ANNA.call(() -> registry.createDevice(device("d1")));
    clock.advance(Duration.ofSeconds(3));
    Actor.device(D1).call(() -> registry.createDevice(device("d2")));

    List<Event> newest = registry.events().events(Filter.ALL, Optional.empty(), 3).items();
    assertThat(newest)
        .extracting(Event::actor)
        .containsExactly(Actor.device(D1), ANNA, Actor.SYSTEM);
    assertThat(newest.get(1).time()).isEqualTo(when);
  }

  @Test
  void findsBySubjectActorTypeAndTime() {
    ANNA.call(() -> registry.createDevice(device("d1")));
    clock.advance(Duration.ofSeconds(10));
    Instant later = clock.now();
    ANNA.call(() -> registry.createDevice(device("d2")));
    registry.deleteDevice(D1);

    assertThat(found(Filter.ALL.withSubject(Subject.device(D1))))
        .containsExactly("device.deleted device:d1", "device.created device:d1");
    assertThat(found(Filter.ALL.withActor(ANNA)))
        .containsExactly("device.created device:d2", "device.created device:d1");
    assertThat(found(Filter.ALL.withType("device.created").withSubject(Subject.device(D1))))
        .containsExactly("device.created device:d1");
    assertThat(found(Filter.ALL.within(later, later.plusSeconds(1)).withActor(ANNA)))
        .containsExactly("device.created device:d2");
    assertThat(found(Filter.ALL.withActor(Actor.user("d1' or '1'='1")))).isEmpty();
  }

  @Test
  void pagesNewestFirstWhileOthersAreWritten() {
    registry.createDevices(IntStream.range(0, 20).mapToObj(i -> device("p" + i)).toList());
    Page<Event> first = registry.events().events(Filter.ALL, Optional.empty(), 15);
    registry.createDevice(device("late"));
    Page<Event> second = registry.events().events(Filter.ALL, first.next(), 15);

    assertThat(first.items()).extracting(Event::sequence).startsWith(22L).endsWith(8L);
    assertThat(second.items()).extracting(Event::sequence).startsWith(7L).endsWith(1L);
    assertThat(second.next()).isEmpty();
    for (String cursor : List.of("", "8", "e-1", "e1 or 1=1")) {
      assertThatThrownBy(() -> registry.events().events(Filter.ALL, Optional.of(cursor), 15))
          .isInstanceOf(VagusException.class)
          .hasMessageContaining("cursor");
    }
  }

  @Test
  void whatIsRefusedOrChangesNothingIsNoEvent() {
    registry.createDevice(device("d1"));
    EventHead before = registry.events().head();

    assertThatThrownBy(() -> registry.createDevices(List.of(device("d2"), device("d1"))))
        .isInstanceOf(VagusException.class);
    assertThatThrownBy(() -> registry.deleteProduct("meter")).isInstanceOf(VagusException.class);
    assertThatThrownBy(() -> registry.deleteDevice(new DeviceId("d9")))
        .isInstanceOf(VagusException.class);
    registry.updateDevice(D1, DevicePatch.NOTHING.withName("n"), OptionalLong.empty());

    assertThat(registry.events().head()).isEqualTo(before);
  }

  @Test
  void noSecretIsInTheLogNorWhatItCouldBeGuessedFrom() {
    Secret generated = Secret.Generated.make();
    registry.createDevice(device("d1"));
    registry.rotateSecret(D1, generated);
    String token =
        registry.tokens().issue(PeopleContract.token("ci", Optional.empty(), "viewer")).text();
    registry.people().add(PeopleContract.ada());
    String codes = registry.people().beginTotp("ada");

    assertThat(all())
        .noneMatch(e -> e.body().contains(EveryChange.SECRET))
        .noneMatch(e -> e.body().contains(generated.text()))
        .noneMatch(e -> e.body().contains(token))
        .noneMatch(e -> e.body().contains(PeopleContract.PASSWORD))
        .noneMatch(e -> e.body().contains(codes))
        .noneMatch(e -> e.body().contains("argon2") || e.body().contains("$"));
  }

  @Test
  void theBodyHoldsTheDeviceAndWhatChanged() {
    Device born = registry.createDevice(device("d1"));
    Device moved =
        registry.updateDevice(
            D1,
            DevicePatch.NOTHING
                .withTags(Map.of("k", "\"quoted\" \u00e9\uD83C\uDF21\n".strip()))
                .withLocation(new Edit.Put<>(new Location(-0.1, 179.123456789))),
            OptionalLong.empty());

    List<Event> newest = registry.events().events(Filter.ALL, Optional.empty(), 2).items();
    assertThat(DeviceFacts.device(newest.get(1).body())).contains(born);
    assertThat(DeviceFacts.device(newest.get(0).body())).contains(moved);
    assertThat(newest.get(0).body()).contains("\"changed\":[\"tags\",\"location\"]");
  }

  @Test
  void twoLogsNeverBeginAlike() throws Exception {
    Event first = all().getFirst();
    registry.close();
    registry = new InMemoryRegistry(clock);
    assertThat(all().getFirst().hash()).isNotEqualTo(first.hash());
    assertThat(all().getFirst().sequence()).isEqualTo(first.sequence());
  }
}
