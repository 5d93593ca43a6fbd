package io.vagus.command;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Command;
import io.vagus.model.CommandModel;
import io.vagus.model.CommandSafety.DeadMan;
import io.vagus.model.CommandSafety.Fallback;
import io.vagus.model.CommandSafety.Send;
import io.vagus.model.Document;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.wire.DocumentCodec;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/** What a command is given, judged by its model. Pure. */
public final class CommandArguments {
  private CommandArguments() {}

  /** Refuses a product with a fallback whose arguments its command would refuse. */
  public static void requireSound(ProductModel product) {
    for (CommandModel command : product.commands().values()) {
      Fallback fallback = command.safety().deadMan().map(DeadMan::fallback).orElse(null);
      if (fallback instanceof Send send) {
        requireSound(command, send, product);
      }
    }
  }

  private static void requireSound(CommandModel command, Send send, ProductModel product) {
    try {
      read(send.arguments(), Objects.requireNonNull(product.commands().get(send.command())));
    } catch (VagusException e) {
      throw invalid("commands.%s.deadMan.fallback.%s".formatted(command.name(), e.getMessage()));
    }
  }

  static Document read(String json, CommandModel model) {
    Document arguments = DocumentCodec.read(json);
    int bytes = DocumentCodec.encode(arguments).length;
    if (bytes > Command.MAX_ARGUMENT_BYTES) {
      throw new VagusException(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "arguments: " + bytes + " bytes (expected: <= " + Command.MAX_ARGUMENT_BYTES + ")");
    }
    for (Map.Entry<String, String> given : arguments.fields().entrySet()) {
      MetricModel argument = model.arguments().get(given.getKey().substring(1));
      if (argument == null) {
        throw invalid(
            "arguments%s: unknown (expected: one of %s)"
                .formatted(given.getKey(), model.arguments().keySet().stream().sorted().toList()));
      }
      requireValue(argument, given.getValue());
    }
    for (String name : model.required()) {
      if (!arguments.fields().containsKey("/" + name)) {
        throw invalid("arguments/" + name + ": missing (expected: a value)");
      }
    }
    return arguments;
  }

  private static void requireValue(MetricModel argument, String json) {
    boolean isNumber =
        !json.isEmpty() && (json.charAt(0) == '-' || Character.isDigit(json.charAt(0)));
    boolean fits =
        switch (argument.type()) {
          case NUMBER -> isNumber;
          case INTEGER -> isNumber && json.chars().allMatch(c -> c == '-' || Character.isDigit(c));
          case BOOLEAN -> json.equals("true") || json.equals("false");
          case TEXT -> json.startsWith("\"");
        };
    if (!fits) {
      throw invalid(
          "arguments/%s: %s (expected: %s)"
              .formatted(
                  argument.name(),
                  shown(json),
                  argument.type().name().toLowerCase(java.util.Locale.ROOT)));
    }
    if (argument.type() == MetricType.NUMBER || argument.type() == MetricType.INTEGER) {
      double value = Double.parseDouble(json);
      boolean low = argument.min().isPresent() && value < argument.min().getAsDouble();
      boolean high = argument.max().isPresent() && value > argument.max().getAsDouble();
      if (low || high) {
        throw invalid(
            "arguments/%s: %s (expected: %s to %s)"
                .formatted(argument.name(), json, bound(argument.min()), bound(argument.max())));
      }
    }
  }

  /** As its author wrote it: 100, not 100.0. */
  private static String bound(OptionalDouble bound) {
    return bound.isEmpty()
        ? "any"
        : BigDecimal.valueOf(bound.getAsDouble()).stripTrailingZeros().toPlainString();
  }

  private static String shown(String json) {
    return json.length() > 100 ? json.substring(0, 100) + "…" : json;
  }

  private static VagusException invalid(String why) {
    return new VagusException(ErrorCode.INVALID_REQUEST, why);
  }
}
