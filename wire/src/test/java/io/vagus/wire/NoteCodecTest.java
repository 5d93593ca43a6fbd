package io.vagus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.wire.NoteLine.Level;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NoteCodecTest {
  private static final long TEN = 1_795_600_000_000_000L;

  private static List<NoteLine> lines(String payload) {
    return NoteCodec.decode(payload.getBytes(UTF_8));
  }

  private static NoteLine line(Level level, String text) {
    return new NoteLine(OptionalLong.empty(), level, text);
  }

  @Test
  void linesOfTextBeginWithTheirLevelOrWithNone() {
    assertThat(lines("WARN pump: too hot\n\n[error] valve stuck\njust so\n"))
        .containsExactly(
            line(Level.WARNING, "WARN pump: too hot"),
            line(Level.ERROR, "[error] valve stuck"),
            line(Level.NONE, "just so"));
  }

  @Test
  void anObjectSaysTimeLevelAndMessageAndTheRestIsShownAsItStands() {
    String one =
        "{\"time\": 1795600000000, \"level\": \"warn\", \"message\": \"hot\", \"c\": {\"t\": 91}}";
    NoteLine read = new NoteLine(OptionalLong.of(TEN), Level.WARNING, "hot c=t 91");
    assertThat(lines(one)).containsExactly(read);
    assertThat(lines("[" + one + ", \"plain\"]")).containsExactly(read, line(Level.NONE, "plain"));
    assertThat(lines(one + "\n" + one)).containsExactly(read, read);
    assertThat(lines("{\"severity\": 3, \"event\": \"door.opened\"}"))
        .containsExactly(line(Level.ERROR, "door.opened"));
  }

  @Test
  void whatIsNoJsonIsShownAsItStands() {
    assertThat(lines("{not json")).containsExactly(line(Level.NONE, "{not json"));
    assertThat(lines("")).isEmpty();
  }

  @Test
  void isBounded() {
    assertThat(lines("x\n".repeat(5000))).hasSize(1000);
    assertThat(lines("y".repeat(9000)).getFirst().text()).hasSizeLessThan(2100);
  }

  @Property
  void takesWhateverComes(@ForAll byte[] payload) {
    assertThat(NoteCodec.decode(payload)).hasSizeLessThanOrEqualTo(1000);
  }

  @Property
  void takesWhateverStandsInBrackets(@ForAll String inside) {
    assertThat(lines("{" + inside + "}")).hasSizeLessThanOrEqualTo(1000);
    assertThat(lines("[" + inside + "]")).hasSizeLessThanOrEqualTo(1000);
  }
}
