package io.vagus.rule;

import static io.vagus.rule.FiringCodec.readOptional;
import static io.vagus.rule.FiringCodec.readText;
import static io.vagus.rule.FiringCodec.writeOptional;
import static io.vagus.rule.FiringCodec.writeText;

import io.vagus.model.Command;
import io.vagus.model.DeviceId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** An action as bytes: a {@code byte} of its kind, then its fields. */
final class ActionCodec {
  private static final byte COMMAND = 1;
  private static final byte DESIRED = 2;
  private static final byte RAISE = 3;
  private static final byte CLEAR = 4;
  private static final byte EVENT = 5;
  private static final byte SEND = 6;
  private static final byte UNMADE = 7;

  private ActionCodec() {}

  static void write(Action action, DataOutputStream out) throws IOException {
    switch (action) {
      case Action.SendCommand command -> writeCommand(command, out);
      case Action.ChangeDesired(DeviceId device, String patch) ->
          writeTexts(DESIRED, device.value(), patch, out);
      case Action.RaiseAlert(Effect.AlertClass alertClass, String text) -> {
        out.writeByte(RAISE);
        out.writeByte(alertClass.ordinal());
        writeText(out, text);
      }
      case Action.ClearAlert() -> out.writeByte(CLEAR);
      case Action.NoteEvent(Effect.Severity severity, String text) -> {
        out.writeByte(EVENT);
        out.writeByte(severity.ordinal());
        writeText(out, text);
      }
      case Action.Send(String sink, Optional<String> body) -> {
        out.writeByte(SEND);
        writeText(out, sink);
        writeOptional(out, body);
      }
      case Action.Unmade(String effect, String why) -> writeTexts(UNMADE, effect, why, out);
    }
  }

  private static void writeTexts(byte kind, String one, String other, DataOutputStream out)
      throws IOException {
    out.writeByte(kind);
    writeText(out, one);
    writeText(out, other);
  }

  private static void writeCommand(Action.SendCommand command, DataOutputStream out)
      throws IOException {
    out.writeByte(COMMAND);
    writeText(out, command.device().value());
    writeText(out, command.name());
    writeText(out, command.arguments());
    out.writeByte(command.lane().map(Enum::ordinal).orElse(-1));
    out.writeLong(command.deadline().map(Duration::toMillis).orElse(-1L));
  }

  static Action read(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case COMMAND -> readCommand(in);
      case DESIRED -> new Action.ChangeDesired(new DeviceId(readText(in)), readText(in));
      case RAISE -> new Action.RaiseAlert(Effect.AlertClass.values()[in.readByte()], readText(in));
      case CLEAR -> new Action.ClearAlert();
      case EVENT -> new Action.NoteEvent(Effect.Severity.values()[in.readByte()], readText(in));
      case SEND -> new Action.Send(readText(in), readOptional(in));
      case UNMADE -> new Action.Unmade(readText(in), readText(in));
      default -> throw new IOException("action: kind " + kind + " (expected: 1 to 7)");
    };
  }

  private static Action readCommand(DataInputStream in) throws IOException {
    DeviceId device = new DeviceId(readText(in));
    String name = readText(in);
    String arguments = readText(in);
    int lane = in.readByte();
    long deadlineMillis = in.readLong();
    return new Action.SendCommand(
        device,
        name,
        arguments,
        lane < 0 ? Optional.empty() : Optional.of(Command.Lane.values()[lane]),
        deadlineMillis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(deadlineMillis)));
  }
}
