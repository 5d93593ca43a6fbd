package io.vagus.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.Desired;
import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import io.vagus.wire.DocumentCodec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a new version of a template makes of a device. */
class TemplateTest {
  private static Template template(String now, String... earlier) {
    return new Template(
        DocumentCodec.read(now), Arrays.stream(earlier).map(DocumentCodec::read).toList());
  }

  private static TemplateChange of(String desired, String now, String... earlier) {
    Document document = DocumentCodec.read(desired);
    return template(now, earlier).change(Desired.none(new DeviceId("d1")).next(document, 1));
  }

  private static String after(String desired, String now, String... earlier) {
    TemplateChange change = of(desired, now, earlier);
    assertThat(change.violations()).isEmpty();
    return DocumentCodec.text(DocumentCodec.read(desired).with(change.patch()));
  }

  @Test
  void fillsInWhatNobodySaid() {
    assertThat(after("{\"own\":1}", "{\"mode\":\"eco\",\"valve\":{\"max\":80}}"))
        .isEqualTo("{\"mode\":\"eco\",\"own\":1,\"valve\":{\"max\":80}}");
  }

  @Test
  void movesAnEarlierDefaultAndKeepsAnOwnValue() {
    assertThat(after("{\"a\":1,\"b\":7}", "{\"a\":3,\"b\":3}", "{\"a\":2,\"b\":2}", "{\"a\":1}"))
        .isEqualTo("{\"a\":3,\"b\":7}");
    assertThat(of("{\"a\":3,\"b\":7}", "{\"a\":3,\"b\":3}").patch().isEmpty()).isTrue();
  }

  @Test
  void takesAwayADefaultThatIsNoMoreButNotAnOwnValue() {
    assertThat(after("{\"a\":1,\"b\":7}", "{}", "{\"a\":1,\"b\":2}")).isEqualTo("{\"b\":7}");
  }

  @Test
  void movesAFieldThatBecomesABranch() {
    assertThat(after("{\"a\":1}", "{\"a\":{\"low\":1}}", "{\"a\":1}"))
        .isEqualTo("{\"a\":{\"low\":1}}");
  }

  @Test
  void saysWhatOfAnotherTypeStandsInTheWay() {
    assertThat(of("{\"a\":5}", "{\"a\":\"eco\"}").violations())
        .containsExactly("/a: 5 is a number (expected: a text, as the default)");
    assertThat(of("{\"a\":{\"b\":5}}", "{\"a\":true}").violations())
        .containsExactly("/a: is a branch (expected: true or false, as the default)");
    assertThat(of("{\"a\":5}", "{\"a\":{\"b\":[1]}}").violations())
        .containsExactly("/a/b: /a is a field (expected: an array, as the default)");
  }

  @Test
  void saysThatABoundWouldBePassed() {
    String full = "{\"own\":\"" + "x".repeat(16_300) + "\"}";
    assertThat(of(full, "{\"more\":\"" + "y".repeat(200) + "\"}").violations())
        .hasSize(1)
        .first()
        .asString()
        .contains("expected: <= 16384");
  }
}
