package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.wire.JsonObject;
import io.vagus.wire.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/**
 * Many devices by one call, each judged for itself: an array, or one object a line. Holds a batch
 * of them at a time, whatever their number. Thread-safe.
 */
final class DeviceBulk {
  static final String NDJSON = "application/x-ndjson";
  private static final int BATCH = 256;
  private static final int MAX_LINE_BYTES = 64 << 10;
  private static final int MAX_ERRORS = 1000;

  private record Line(int number, NewDevice device) {}

  /** A secret that the server made. */
  private record Made(DeviceId id, String secret) {
    @Override
    public String toString() {
      return "Made[" + id + "]";
    }
  }

  private record Error(int line, String id, ErrorCode code, String detail) {}

  private final Registry registry;

  DeviceBulk(Registry registry) {
    this.registry = registry;
  }

  /** One call's tally. Confined to its thread. */
  private final class Run {
    private final Sight sight;
    private final List<Line> batch = new ArrayList<>();
    private final List<Error> errors = new ArrayList<>();
    private final List<Made> secrets = new ArrayList<>();
    private long created;
    private long failed;

    Run(Sight sight) {
      this.sight = sight;
    }

    void take(int number, Supplier<JsonObject> json) {
      try {
        batch.add(new Line(number, DeviceShape.placed(DeviceShape.readNew(json.get()), sight)));
      } catch (VagusException e) {
        fail(number, "", e);
      }
      if (batch.size() == BATCH) {
        flush();
      }
    }

    void flush() {
      try {
        created += registry.createDevices(batch.stream().map(Line::device).toList()).size();
        batch.forEach(line -> keepSecret(line.device()));
      } catch (VagusException e) {
        // All or none: find out which, one by one.
        batch.forEach(this::createAlone);
      }
      batch.clear();
    }

    private void createAlone(Line line) {
      try {
        created += registry.createDevices(List.of(line.device())).size();
        keepSecret(line.device());
      } catch (VagusException e) {
        fail(line.number(), line.device().id().value(), e);
      }
    }

    private void keepSecret(NewDevice device) {
      DeviceShape.generated(device).ifPresent(text -> secrets.add(new Made(device.id(), text)));
    }

    private void fail(int line, String id, VagusException e) {
      switch (e.code().kind()) {
        case USER, DEVICE -> {}
        case BUSY, EXTERNAL, INTERNAL -> throw e;
      }
      failed++;
      if (errors.size() < MAX_ERRORS) {
        errors.add(new Error(line, id, e.code(), String.valueOf(e.getMessage())));
      }
    }

    Reply reply() {
      return Reply.secretJson(
          failed == 0 ? 201 : 207,
          out -> {
            writeTally(out);
            if (!secrets.isEmpty()) {
              Shape.items(out, "secrets", secrets, Run::writeSecret);
            }
          },
          this::writeTally);
    }

    private void writeTally(JsonGenerator out) {
      out.writeNumberProperty("created", created);
      out.writeNumberProperty("failed", failed);
      Shape.items(out, "errors", errors, Run::writeError);
    }

    private static void writeSecret(JsonGenerator out, Made made) {
      out.writeStringProperty("id", made.id().value());
      out.writeStringProperty("secret", made.secret());
    }

    private static void writeError(JsonGenerator out, Error error) {
      out.writeNumberProperty("line", error.line());
      if (!error.id().isEmpty()) {
        out.writeStringProperty("id", error.id());
      }
      out.writeStringProperty("code", error.code().code());
      out.writeStringProperty("detail", error.detail());
      String field = Problem.field(error.code(), error.detail());
      if (!field.isEmpty()) {
        out.writeStringProperty("field", field);
      }
    }
  }

  Reply create(Call call) throws IOException {
    String type = call.request().header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    Run run = new Run(call.sight());
    if (type.startsWith(NDJSON)) {
      try (InputStream in = call.body().open()) {
        readLines(in, run);
      }
    } else if (type.startsWith(DeviceCsv.CONTENT_TYPE)) {
      try (InputStream in = call.body().open()) {
        DeviceCsv.read(in, run::take);
      }
    } else {
      createArray(call, run);
    }
    run.flush();
    return run.reply();
  }

  private static void createArray(Call call, Run run) throws IOException {
    // An array is one value: when it is broken anywhere, nothing of it is done.
    try (InputStream in = call.body().open()) {
      JsonText.array(in, (n, value) -> {});
    }
    try (InputStream in = call.body().open()) {
      JsonText.array(in, (n, value) -> run.take(n, () -> JsonObject.of("", value)));
    }
  }

  private static void readLines(InputStream in, Run run) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int number = 1;
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        takeLine(number++, line, run);
      } else if (line.size() <= MAX_LINE_BYTES) {
        line.write(b);
      }
    }
    takeLine(number, line, run);
  }

  private static void takeLine(int number, ByteArrayOutputStream line, Run run) {
    byte[] bytes = line.toByteArray();
    line.reset();
    if (bytes.length > MAX_LINE_BYTES) {
      run.take(number, () -> tooLong());
    } else if (!new String(bytes, StandardCharsets.UTF_8).isBlank()) {
      run.take(number, () -> exported(bytes));
    }
  }

  /** What an export says beside what an import takes does not count. */
  private static JsonObject exported(byte[] line) {
    JsonObject json = JsonObject.parse(line);
    json.ignore(DeviceShape.OF_THE_SERVER);
    return json;
  }

  private static JsonObject tooLong() {
    throw Problem.invalid(
        "line", "more than " + MAX_LINE_BYTES + " bytes (expected: <= " + MAX_LINE_BYTES + ")");
  }
}
