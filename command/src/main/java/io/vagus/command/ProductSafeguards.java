package io.vagus.command;

import io.vagus.expression.Guard.Refusal;
import io.vagus.model.Command;
import io.vagus.model.CommandModel;
import io.vagus.model.CommandSafety;
import io.vagus.model.CommandSafety.Send;
import io.vagus.model.CommandSafety.Want;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.ProductModel;
import io.vagus.registry.Actor;
import io.vagus.registry.Registry;
import io.vagus.twin.Interlocks;
import io.vagus.wire.CommandCodec;
import io.vagus.wire.DocumentCodec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** By the product models of the registry. Thread-safe. */
final class ProductSafeguards implements Safeguards {
  private final Registry registry;
  private final CommandRules rules;
  private final Interlocks interlocks;

  ProductSafeguards(Registry registry, CommandRules rules, Interlocks interlocks) {
    this.registry = registry;
    this.rules = rules;
    this.interlocks = interlocks;
  }

  @Override
  public CommandSafety of(DeviceId device, String command) {
    return registry
        .device(device)
        .map(Device::product)
        .flatMap(registry::model)
        .map(product -> product.commands().get(command))
        .map(CommandModel::safety)
        .orElse(CommandSafety.NONE);
  }

  @Override
  public boolean any() {
    return registry.products().stream()
        .flatMap(product -> product.commands().values().stream())
        .anyMatch(command -> !command.safety().equals(CommandSafety.NONE));
  }

  @Override
  public Optional<Command.Result> refusal(Command command) {
    Optional<Device> device = registry.device(command.device());
    Optional<ProductModel> product = device.map(Device::product).flatMap(registry::model);
    if (device.isEmpty() || product.isEmpty()) {
      return Optional.empty(); // deleted meanwhile: nobody is there to take it
    }
    return interlocks
        .ofCommand(
            device.get(), product.get(), command.name(), DocumentCodec.read(command.arguments()))
        .map(ProductSafeguards::result);
  }

  @Override
  public Command fallback(DeviceId device, Send send, String why, long nowMicros) {
    CommandRequest request =
        new CommandRequest(
            device,
            send.command(),
            send.arguments(),
            Optional.of(Command.Lane.PRIORITY),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Actor.SYSTEM.text());
    return rules.valid(request, why, nowMicros).queued();
  }

  @Override
  public void want(DeviceId device, Want want) {
    byte[] patch = want.patch().getBytes(StandardCharsets.UTF_8);
    registry.desired().change(device, DocumentCodec.readPatch(patch), OptionalLong.empty());
  }

  private static Command.Result result(Refusal refusal) {
    return new Command.Result(
        Command.Status.REFUSED,
        refusal.interlock(),
        refusal.detail(),
        CommandCodec.seen(refusal.seen()));
  }
}
