package io.vagus.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.model.Page;
import io.vagus.registry.Actor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every engine that keeps rules must do. */
@Timeout(60)
abstract class RulesContract {
  private static final OptionalLong ANY = OptionalLong.empty();

  /** Of products, as a test changes them. */
  final Map<String, Integer> productVersions = new HashMap<>(Map.of("pump", 3));

  private Rules rules;

  abstract Rules open();

  abstract void shut();

  @BeforeEach
  void start() {
    rules = open();
  }

  @AfterEach
  void stop() {
    shut();
  }

  static Rule rule(String id, String when) {
    return RuleCodec.read(
        """
        {"id": "%s", "owner": "heating", "products": ["pump"], "when": "%s",
         "effects": [{"do": "event", "text": "it's hot; drop table rule_version;--"}]}
        """
            .formatted(id, when));
  }

  @Test
  void savesVersionsThatNeverChange() {
    RuleVersion first =
        Actor.user("anna").call(() -> rules.save(rule("hot", "readings.t.value > 1.0"), ANY));
    RuleVersion second = rules.save(rule("hot", "readings.t.value > 2.0"), OptionalLong.of(1));
    assertThat(first.version()).isEqualTo(1);
    assertThat(first.by()).isEqualTo("user:anna");
    assertThat(second.version()).isEqualTo(2);
    assertThat(second.revision()).isGreaterThan(first.revision());
    assertThat(rules.revision()).isEqualTo(second.revision());
    assertThat(rules.find("hot")).contains(second);
    assertThat(rules.version("hot", 1).flatMap(RuleChange::saved)).contains(first);
    assertThat(rules.at(first.revision()).rules()).containsExactly(first);
    assertThat(rules.at(first.revision() - 1).rules()).isEmpty();
  }

  @Test
  void makesNoVersionWhenNothingDiffers() {
    RuleVersion first = rules.save(rule("hot", "true"), ANY);
    assertThat(rules.save(rule("hot", "true"), ANY)).isEqualTo(first);
    assertThat(rules.revision()).isEqualTo(first.revision());
  }

  @Test
  void refusesTheSecondOfTwoWhoSaveAtOnce() {
    rules.save(rule("hot", "true"), OptionalLong.of(0));
    rules.save(rule("hot", "1 < 2"), OptionalLong.of(1));
    assertThatThrownBy(() -> rules.save(rule("hot", "2 < 3"), OptionalLong.of(1)))
        .hasMessage("version: 2 (expected: 1, as If-Match says)");
    assertThatThrownBy(() -> rules.delete("hot", OptionalLong.of(1)))
        .hasMessage("version: 2 (expected: 1, as If-Match says)");
    assertThatThrownBy(() -> rules.save(rule("hot", "2 < 3"), OptionalLong.of(0)))
        .hasMessageStartingWith("version: 2 (expected: 0");
  }

  @Test
  void aDeletionIsAVersionToo() {
    RuleVersion saved = rules.save(rule("hot", "true"), ANY);
    assertThat(rules.delete("hot", OptionalLong.of(1))).isTrue();
    assertThat(rules.delete("hot", ANY)).isFalse();
    assertThat(rules.find("hot")).isEmpty();
    assertThat(rules.at(rules.revision()).rules()).isEmpty();
    assertThat(rules.at(saved.revision()).rules()).containsExactly(saved);
    assertThat(rules.version("hot", 2).orElseThrow().content()).isEmpty();
    assertThat(rules.save(rule("hot", "true"), OptionalLong.of(0)).version()).isEqualTo(3);
  }

  @Test
  void pagesThroughVersionsTheNewestFirst() {
    for (int i = 1; i <= 5; i++) {
      rules.save(rule("hot", "1 < " + i), ANY);
    }
    Page<RuleChange> first = rules.versions("hot", Optional.empty(), 2);
    Page<RuleChange> second = rules.versions("hot", first.next(), 2);
    Page<RuleChange> last = rules.versions("hot", second.next(), 2);
    List<Integer> versions = new ArrayList<>();
    List.of(first, second, last).forEach(p -> p.items().forEach(c -> versions.add(c.version())));
    assertThat(versions).containsExactly(5, 4, 3, 2, 1);
    assertThat(last.next()).isEmpty();
    assertThatThrownBy(() -> rules.versions("hot", Optional.of("1 or 1=1"), 2))
        .hasMessageStartingWith("cursor: ");
  }

  @Test
  void listsThemInOrderOfTheirIds() {
    List.of("b", "c", "a").forEach(id -> rules.save(rule(id, "true"), ANY));
    assertThat(rules.all()).extracting(v -> v.rule().id()).containsExactly("a", "b", "c");
  }

  @Test
  void tellsWhoListensOfEachRevision() {
    AtomicInteger told = new AtomicInteger();
    rules.addListener(told::incrementAndGet);
    rules.save(rule("hot", "true"), ANY);
    rules.save(rule("hot", "true"), ANY);
    rules.delete("hot", ANY);
    assertThat(told).hasValue(2);
  }

  @Test
  void aProductThatChangesMakesARevision() {
    RuleVersion saved = rules.save(rule("hot", "true"), ANY);
    assertThat(rules.at(saved.revision()).products()).containsEntry("pump", 3);
    productVersions.put("pump", 4);
    rules.productSaved("pump");
    rules.productSaved("pump");
    rules.productSaved("other");
    assertThat(rules.revision()).isEqualTo(saved.revision() + 1);
    assertThat(rules.at(rules.revision()).products()).containsEntry("pump", 4);
    assertThat(rules.at(saved.revision()).products()).containsEntry("pump", 3);
    assertThat(rules.all()).containsExactly(saved);
  }

  @Test
  void aFunctionThatARuleCallsMakesARevision() {
    RuleVersion saved = rules.save(rule("hot", "rms(readings.t.value) > 1.0"), ANY);
    rules.changed(new Basis(Basis.Kind.FUNCTION, "ms", 1));
    assertThat(rules.revision()).isEqualTo(saved.revision());
    rules.changed(new Basis(Basis.Kind.FUNCTION, "rms", 2));
    assertThat(rules.revision()).isEqualTo(saved.revision() + 1);
    assertThat(rules.at(rules.revision()).functions()).containsEntry("rms", 2);
  }
}
