package io.vagus.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vagus.kit.WallClock;
import io.vagus.model.Detail;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.DocumentPatch;
import io.vagus.model.GroupId;
import io.vagus.model.Location;
import io.vagus.model.Page;
import io.vagus.registry.People.NewUser;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.Grant;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.Tokens.NewToken;
import io.vagus.wire.DocumentCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Every kind of change there is, and the log of it. */
public final class EveryChange {
  public static final String SECRET = "correct horse";
  public static final DeviceId D1 = new DeviceId("d1");

  private EveryChange() {}

  public static NewDevice device(String id) {
    return new NewDevice(new DeviceId(id), "meter", "n", Map.of("a", "b"), Optional.of(SECRET));
  }

  /** On a registry with the product "meter". */
  public static void make(Registry registry, WallClock clock) {
    registry.createDevices(List.of(device("d1"), device("d2")));
    registry.updateDevice(D1, DevicePatch.NOTHING.withName("one"), OptionalLong.empty());
    status(registry, Device.Status.SUSPENDED);
    status(registry, Device.Status.ACTIVE);
    registry.updateDevice(
        D1,
        DevicePatch.NOTHING
            .withLocation(new Edit.Put<>(new Location(52.5, -13.25)))
            .withName("moved"),
        OptionalLong.empty());
    registry.rotateSecret(D1, Secret.Generated.make());
    registry.takeSecret(D1);
    registry.events().append(Fact.noted(Subject.device(D1), "breach.contained", Map.of()));
    registry.certificates().add(certificate(clock));
    registry.saveApplication("app", Optional.of(SECRET), List.of(new Grant("a/#", true, false)));
    registry.saveApplication("app", Optional.empty(), List.of());
    people(registry);
    registry.events().append(Fact.noted(Subject.device(D1), "dead-letter.replayed", Map.of()));
    enrolment(registry, clock.now());
    registry.saveGroup(new Group(new GroupId("acme"), Optional.empty(), "Acme", Optional.empty()));
    registry.saveGroup(
        new Group(
            new GroupId("acme/old"),
            Optional.of(new GroupId("acme")),
            "Old ones",
            Optional.of(
                new Group.Query(
                    Optional.of("meter"),
                    Optional.of(Device.Status.ACTIVE),
                    Map.of("a", "b"),
                    Map.of(Detail.FIRMWARE_VERSION, "1.0")))));
    registry.saveGroup(new Group(new GroupId("gone"), Optional.empty(), "", Optional.empty()));
    registry.deleteGroup(new GroupId("gone"));
    registry.updateDevice(
        new DeviceId("d2"),
        DevicePatch.NOTHING
            .withGroup(new Edit.Put<>(new GroupId("acme")))
            .withDetails(Map.of(Detail.FIRMWARE_VERSION, Optional.of("1.0"))),
        OptionalLong.empty());
    registry.declareTags(
        new TagVocabulary(true, Map.of("a", new TagVocabulary.Key("a letter", Set.of("b", "c")))));
    registry.activate(List.of(new DeviceId("d2"), new DeviceId("d9")));
    DocumentPatch patch =
        DocumentCodec.readPatch("{\"a\":{\"b\":40.0,\"c\":null}}".getBytes(UTF_8));
    registry.desired().change(D1, patch, OptionalLong.of(0));
    registry.desired().change(D1, patch, OptionalLong.empty());
    registry.deleteDevice(D1);
    registry.deleteApplication("app");
    registry.saveProduct(RegistryFixtures.model("valve"));
    registry.deleteProduct("valve");
  }

  private static void people(Registry registry) {
    for (String name : List.of("ci", "old")) {
      NewToken token =
          new NewToken(
              name,
              List.of("viewer"),
              GroupId.ALL,
              Optional.of("ada"),
              Optional.of(Duration.ofDays(1)));
      Tokens.Issued issued = registry.tokens().issue(token);
      if (name.equals("old")) {
        registry.tokens().revoke(issued.token().id());
      }
    }
    People people = registry.people();
    RoleGrant views = new RoleGrant(Role.VIEWER, GroupId.ALL);
    people.add(new NewUser("ada", "Ada", Optional.of("a long walk home"), List.of(views)));
    people.grant("ada", new RoleGrant(Role.ADMIN, GroupId.ALL));
    people.withdraw("ada", views);
    people.bind("ada", "https://id.example 42");
    people.beginTotp("ada");
    people.setPassword("ada", "another long walk");
    people.disable("ada", true);
    people.add(new NewUser("bob", "", Optional.empty(), List.of()));
    people.remove("bob");
  }

  private static void status(Registry registry, Device.Status status) {
    registry.updateDevice(D1, DevicePatch.NOTHING.withStatus(status), OptionalLong.empty());
  }

  private static void enrolment(Registry registry, Instant now) {
    EnrolmentBatches batches = registry.batches();
    batches.create(
        new EnrolmentBatch(
                "march", "meter", Optional.of("d"), 9, Optional.of("PEM"), now, Optional.empty())
            .inGroup(Optional.of(new GroupId("acme"))));
    batches.addMembers("march", List.of(BatchMember.listed(D1, Optional.of("SN 1"))));
    registry.enrolmentTokens().add(List.of(token("t1", now), token("t2", now)));
    registry.enrolmentTokens().use("t1", D1);
    batches.enrolled("march", D1, new BatchMember.Enrolled(now, "token t1"));
    batches.heard(Map.of(D1, new BatchMember.Heard(Optional.of(now), now.plusSeconds(1))));
    batches.mayEnrolAgain("march", D1);
    registry.enrolmentTokens().revoke("t2");
    batches.addClaim(
        new ClaimCertificate("c1", "march", "f", "1a", now, now.plusSeconds(9), Optional.empty()));
    batches.revokeClaim("march", "c1", RevocationReason.KEY_COMPROMISE);
    batches.close("march");
  }

  private static EnrolmentToken token(String id, Instant now) {
    return new EnrolmentToken(
            id,
            "digest",
            Optional.of("march"),
            Optional.of(D1),
            Optional.of("meter"),
            Optional.of("key"),
            now,
            now.plusSeconds(9),
            Optional.empty(),
            Optional.empty())
        .inGroup(Optional.of(new GroupId("acme")));
  }

  private static IssuedCertificate certificate(WallClock clock) {
    Instant now = clock.now();
    return new IssuedCertificate(
        "a1", D1, "k", "P-256", "f", "1a", now, now.plus(Duration.ofDays(30)), Optional.empty());
  }

  /** All events, the oldest first. */
  public static List<Event> all(Registry registry) {
    List<Event> all = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Page<Event> page = registry.events().events(EventLog.Filter.ALL, cursor, 7);
      all.addAll(page.items());
      cursor = page.next();
    } while (cursor.isPresent());
    return all.reversed();
  }
}
