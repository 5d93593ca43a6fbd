package io.vagus.command;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Command;
import io.vagus.model.Command.Step;
import io.vagus.model.CommandModel;
import io.vagus.model.CommandState;
import io.vagus.model.Device;
import io.vagus.model.Document;
import io.vagus.model.ProductModel;
import io.vagus.registry.Registry;
import io.vagus.wire.DocumentCodec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Judges a request by the device's product model, and makes the command of it. Thread-safe. */
final class CommandRules {
  private static final int ID_BYTES = 8;
  private static final int KEYED_ID_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Registry registry;

  CommandRules(Registry registry) {
    this.registry = registry;
  }

  /** What a request asks for; a {@link VagusException} of kind USER says why it may not. */
  Wanted valid(CommandRequest request, String why, long nowMicros) {
    Device device =
        registry
            .device(request.device())
            .orElseThrow(() ->
                new VagusException(
                    ErrorCode.NOT_FOUND, "device: " + request.device() + " does not exist"));
    ProductModel product =
        registry
            .model(device.product())
            .orElseThrow(() ->
                new VagusException(
                    ErrorCode.NOT_FOUND, "product: " + device.product() + " does not exist"));
    CommandModel model = product.command(request.name());
    if (model == null) {
      throw invalid(
          "name: \"%s\" (expected: one of %s, as product %s says)"
              .formatted(
                  request.name(),
                  product.commands().keySet().stream().sorted().toList(),
                  product.id()));
    }
    Document arguments = CommandArguments.read(request.arguments(), model);
    long deadline =
        request
            .deadline()
            .map(CommandRules::micros)
            .orElse(nowMicros + model.deadline().toNanos() / 1000);
    requireDeadline(deadline, nowMicros);
    Command created =
        new Command(
            id(request),
            device.id(),
            model.name(),
            DocumentCodec.text(arguments),
            request.lane().orElse(model.lane()),
            deadline,
            model.effect().map(effect -> effect(effect, arguments)),
            request.bulk(),
            0,
            List.of(new Step(CommandState.CREATED, nowMicros, request.issuer(), why)),
            0,
            0,
            0,
            Optional.empty());
    return new Wanted(created, model.safety());
  }

  /** The same key of the same asker makes the same id, and so does the same part of a bulk. */
  static String id(CommandRequest request) {
    if (request.bulk().isPresent()) {
      return id("bulk " + request.bulk().get(), request.device().value());
    }
    if (request.key().isPresent()) {
      return id(request.issuer(), request.key().get());
    }
    byte[] bytes = new byte[ID_BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  static String id(String whose, String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(whose.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      byte[] hash = digest.digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, KEYED_ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void requireDeadline(long deadline, long now) {
    if (deadline <= now) {
      throw invalid(
          "deadline: %s is past (expected: after %s)".formatted(instant(deadline), instant(now)));
    }
    if (deadline - now > CommandModel.MAX_DEADLINE.toSeconds() * 1_000_000) {
      throw invalid(
          "deadline: %s (expected: within %d days)"
              .formatted(instant(deadline), CommandModel.MAX_DEADLINE.toDays()));
    }
  }

  private static Command.Effect effect(CommandModel.Effect effect, Document arguments) {
    String json =
        effect
            .argument()
            .map(name -> arguments.fields().getOrDefault("/" + name, "null"))
            .orElseGet(() -> effect.json().orElse("null"));
    return new Command.Effect(effect.pointer(), json);
  }

  private static VagusException invalid(String why) {
    return new VagusException(ErrorCode.INVALID_REQUEST, why);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
