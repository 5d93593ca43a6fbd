package io.vagus.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Command;
import io.vagus.model.DeviceId;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FiringCodecTest {
  private static final DeviceId DEVICE = new DeviceId("pump-1");

  private static Firing firing(int index, Firing.Phase phase, Rule.Mode mode) {
    Map<String, Object> seen = new LinkedHashMap<>();
    seen.put("readings.t.value", 81.5);
    seen.put("reported.mode", "fast — schnell");
    seen.put("reported.valves", List.of(true, false, 3L));
    Map<String, Object> nested = new HashMap<>();
    nested.put("missing", null);
    seen.put("desired", nested);
    seen.put("windows.w.mean", null);
    return new Firing(
        1L << 40,
        index,
        "overheat",
        7,
        DEVICE,
        "pump",
        phase,
        mode,
        -5,
        1_700_000_000_000_000L,
        seen,
        List.of(
            new Action.SendCommand(
                DEVICE, "close", "{}", Optional.of(Command.Lane.PRIORITY), Optional.empty()),
            new Action.SendCommand(
                DEVICE, "open", "{\"p\":1}", Optional.empty(), Optional.of(Duration.ofSeconds(3))),
            new Action.ChangeDesired(DEVICE, "{\"mode\":null}"),
            new Action.RaiseAlert(Effect.AlertClass.TICKET, "too hot: 81.5 °C"),
            new Action.ClearAlert(),
            new Action.NoteEvent(Effect.Severity.CRITICAL, "x".repeat(70_000)),
            new Action.Send("erp", Optional.of("{}")),
            new Action.Send("erp", Optional.empty()),
            new Action.Unmade("command", "readings.level: missing")));
  }

  @Test
  @Timeout(20)
  void readsBackEveryPhaseModeActionAndValue() {
    List<Firing> firings =
        List.of(
            firing(0, Firing.Phase.RAISED, Rule.Mode.LIVE),
            firing(1, Firing.Phase.CLEARED, Rule.Mode.SHADOW),
            firing(2, Firing.Phase.LOOPING, Rule.Mode.LIVE));
    assertThat(FiringCodec.decode(FiringCodec.encode(firings))).isEqualTo(firings);
  }

  @Property(tries = 1000)
  void givesFiringsOrCorruptWhenDamaged(@ForAll int at, @ForAll byte wrong, @ForAll int cut) {
    byte[] bytes = FiringCodec.encode(List.of(firing(0, Firing.Phase.RAISED, Rule.Mode.LIVE)));
    bytes[Math.floorMod(at, bytes.length)] = wrong;
    decodes(bytes);
    decodes(Arrays.copyOf(bytes, Math.floorMod(cut, bytes.length)));
  }

  private static void decodes(byte[] bytes) {
    try {
      assertThat(FiringCodec.decode(bytes)).isNotNull();
    } catch (VagusException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.DATA_CORRUPT);
    }
  }

  @Test
  void refusesAFormatOfALaterRelease() {
    byte[] bytes = FiringCodec.encode(List.of(firing(0, Firing.Phase.RAISED, Rule.Mode.LIVE)));
    bytes[0] = 2;
    assertThatThrownBy(() -> FiringCodec.decode(bytes)).hasMessageContaining("format: 2");
  }
}
