package io.vagus.wire;

import io.vagus.model.CommandModel;
import io.vagus.model.CommandSafety.DeadMan;
import io.vagus.model.CommandSafety.Send;
import io.vagus.model.CommandSafety.Want;
import io.vagus.model.Interlock;
import io.vagus.model.MetricModel;
import io.vagus.model.ProductModel;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** A product's interlocks as they go down to its devices (device contract v1). Pure. */
public final class InterlockCodec {
  private InterlockCodec() {}

  /**
   * @param metrics that the conditions look at
   */
  public static byte[] encode(ProductModel product, Set<String> metrics) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator out =
        DocumentCodec.FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      out.writeStartObject();
      out.writeStringProperty("product", product.id());
      out.writeNumberProperty("version", product.version());
      Map<String, MetricModel> used = new TreeMap<>(product.allMetrics());
      used.keySet().retainAll(metrics);
      types(out, "metrics", used);
      commands(out, product);
      out.writeObjectPropertyStart("desired");
      new TreeMap<>(product.twin().interlocks())
          .forEach((pointer, interlocks) -> interlocks(out, pointer, interlocks));
      out.writeEndObject();
      out.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void types(JsonGenerator out, String name, Map<String, MetricModel> values) {
    out.writeObjectPropertyStart(name);
    new TreeMap<>(values)
        .forEach((metric, model) ->
            out.writeStringProperty(metric, model.type().name().toLowerCase(Locale.ROOT)));
    out.writeEndObject();
  }

  private static void commands(JsonGenerator out, ProductModel product) {
    out.writeObjectPropertyStart("commands");
    for (CommandModel command : new TreeMap<>(product.commands()).values()) {
      boolean guarded =
          !command.safety().interlocks().isEmpty() || command.safety().deadMan().isPresent();
      if (guarded) {
        out.writeObjectPropertyStart(command.name());
        types(out, "args", command.arguments());
        interlocks(out, "interlocks", command.safety().interlocks());
        command.safety().deadMan().ifPresent(deadMan -> deadMan(out, deadMan));
        out.writeEndObject();
      }
    }
    out.writeEndObject();
  }

  private static void interlocks(JsonGenerator out, String name, List<Interlock> interlocks) {
    out.writeArrayPropertyStart(name);
    for (Interlock interlock : interlocks) {
      out.writeStartObject();
      out.writeStringProperty("id", interlock.id());
      out.writeStringProperty("expression", interlock.expression());
      out.writeStringProperty("message", interlock.message());
      interlock.maxAge().ifPresent(age -> out.writeNumberProperty("maxAgeMs", age.toMillis()));
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void deadMan(JsonGenerator out, DeadMan deadMan) {
    out.writeObjectPropertyStart("deadMan");
    out.writeNumberProperty("withinMs", deadMan.within().toMillis());
    switch (deadMan.fallback()) {
      case Send send -> {
        out.writeStringProperty("command", send.command());
        out.writeName("args");
        out.writeRawValue(send.arguments());
      }
      case Want want -> {
        out.writeName("desired");
        out.writeRawValue(want.patch());
      }
    }
    out.writeEndObject();
  }
}
