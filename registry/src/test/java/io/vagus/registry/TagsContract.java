package io.vagus.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.TagVocabulary.Key;
import io.vagus.testkit.ManualClock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which tags devices may have, on every engine. */
public abstract class TagsContract {
  private static final TagVocabulary SITES =
      new TagVocabulary(
          false,
          Map.of(
              "site", new Key("where it stands", Set.of("north", "south")),
              "note", new Key("", Set.of())));

  protected final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  protected Registry registry;

  protected abstract Registry open();

  @BeforeEach
  void begin() {
    registry = open();
    registry.saveProduct(RegistryFixtures.model("meter"));
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private static NewDevice device(String id, Map<String, String> tags) {
    return new NewDevice(new DeviceId(id), "meter", id, tags, Optional.empty());
  }

  private void retag(String id, Map<String, String> tags) {
    registry.updateDevice(
        new DeviceId(id), DevicePatch.NOTHING.withTags(tags), OptionalLong.empty());
  }

  @Test
  void anyTagMayBeUntilAVocabularyIsDeclared() {
    assertThat(registry.tags()).isEqualTo(TagVocabulary.ANY);
    registry.createDevice(device("d1", Map.of("whatever", "x")));
  }

  @Test
  void aTagOutsideTheVocabularyIsRefusedWithWhatIsAllowed() {
    registry.declareTags(SITES);
    registry.createDevice(device("d1", Map.of("site", "north", "note", "anything")));
    assertThatThrownBy(() -> registry.createDevice(device("d2", Map.of("site", "east"))))
        .isInstanceOf(VagusException.class)
        .hasMessage("tags.site: \"east\" (expected: one of [north, south])");
    assertThatThrownBy(() -> retag("d1", Map.of("floor", "3")))
        .hasMessage("tags.floor: \"3\" (expected: a key that is declared: [note, site])");
    assertThatThrownBy(() ->
            registry.createDevices(
                List.of(device("d3", Map.of()), device("d4", Map.of("site", "x")))))
        .hasMessageStartingWith("line 2: tags.site: \"x\"");
    assertThat(registry.device(new DeviceId("d3"))).isEmpty();
  }

  @Test
  void whatADeviceHadBeforeMayStay() {
    registry.createDevice(device("d1", Map.of("floor", "3")));
    registry.declareTags(SITES);
    retag("d1", Map.of("floor", "3", "site", "north"));
    assertThatThrownBy(() -> retag("d1", Map.of("floor", "4"))).hasMessageContaining("tags.floor");
  }

  @Test
  void thePlatformsOwnTagIsAlwaysAllowed() {
    registry.declareTags(SITES);
    registry.createDevice(device("d1", Map.of(TagVocabulary.BATCH, "march")));
  }

  @Test
  void anOpenVocabularyBoundsTheValuesOfItsKeysOnly() {
    registry.declareTags(new TagVocabulary(true, SITES.keys()));
    registry.createDevice(device("d1", Map.of("floor", "3")));
    assertThatThrownBy(() -> registry.createDevice(device("d2", Map.of("site", "east"))))
        .hasMessageContaining("north");
  }

  @Test
  void theVocabularyIsBounded() {
    Map<String, Key> many =
        IntStream.range(0, 257)
            .boxed()
            .collect(Collectors.toMap(i -> "k" + i, i -> new Key("", Set.of())));
    assertThatThrownBy(() -> registry.declareTags(new TagVocabulary(false, many)))
        .hasMessage("keys: 257 (expected: <= 256)");
    Set<String> values =
        IntStream.range(0, 1001).mapToObj(i -> "v" + i).collect(Collectors.toSet());
    assertThatThrownBy(
            () -> registry.declareTags(new TagVocabulary(false, Map.of("k", new Key("", values)))))
        .hasMessage("keys.k.values: 1001 (expected: <= 1000)");
    assertThat(registry.tags()).isEqualTo(TagVocabulary.ANY);
  }

  @Test
  void itsTextGivesItBack() {
    assertThat(TagVocabulary.parse(SITES.text())).isEqualTo(SITES);
  }
}
