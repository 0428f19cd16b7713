using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Gateway.ModelRequests;
using StreamBert.Streaming.Audit;

namespace StreamBert.Cli.Commands.Models;

/// <summary>
/// Defines <c>models train</c>, <c>models promote</c>, <c>models rollback</c>, <c>models pin</c> and <c>models unpin</c>, which change what
/// serves: by the API of a running Gateway, or directly in the data directory of a stopped <c>up</c>.
/// </summary>
internal static class ModelsRequestCommands
{
    private static readonly Argument<string> Model = new("model") { Description = "Name of the model, such as default." };
    private static readonly Argument<string> Version = new("version") { Description = "Version of the registry that is to serve." };
    private static readonly Option<string> Stage = new("--stage")
    {
        Description = "immediate: it serves at once; shadow: it classifies copies of texts; canary: it answers a share of the keys. The "
            + "conditions of Training:Rollout promote it or roll it back.",
        DefaultValueFactory = static _ => PromotionRequested.Immediate,
    };

    private static readonly Option<string?> To = new("--to") { Description = "Version to return to. Default: the one that served before." };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for the audit log." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON." };

    public static IEnumerable<Command> Create(RegistryOptionGroup registry) =>
    [
        Create(registry, new("train", "Start a training run on the feedback now."), "trainings", static parsed => new TrainingRequested
        {
            Model = parsed.GetValue(Model)!,
            By = AuditTrail.CommandLineActor,
            OccurredAt = TimeProvider.System.GetUtcNow(),
        }),
        Create(registry, new("promote", "Let a version of the registry serve, at once or by a rollout.") { Version, Stage }, "promotions",
            static parsed => new PromotionRequested
            {
                Model = parsed.GetValue(Model)!,
                Version = parsed.GetValue(Version)!,
                Stage = parsed.GetValue(Stage)!,
                By = AuditTrail.CommandLineActor,
                OccurredAt = TimeProvider.System.GetUtcNow(),
            }),
        Create(registry, new("rollback", "Let an earlier version serve again.") { To, Reason }, "rollbacks", static parsed =>
            new RollbackRequested
            {
                Model = parsed.GetValue(Model)!,
                To = parsed.GetValue(To),
                By = AuditTrail.CommandLineActor,
                Reason = parsed.GetValue(Reason) ?? "no reason given",
                OccurredAt = TimeProvider.System.GetUtcNow(),
            }),
        Create(registry, new("pin", "Keep the serving version: training does not replace it.") { Reason }, "pins",
            static parsed => CreatePin(parsed, true)),
        Create(registry, new("unpin", "Let training replace the serving version again."), "pins",
            static parsed => CreatePin(parsed, false)),
    ];

    private static PinRequested CreatePin(ParseResult parsed, bool pinned) => new()
    {
        Model = parsed.GetValue(Model)!,
        Pinned = pinned,
        By = AuditTrail.CommandLineActor,
        Reason = pinned ? parsed.GetValue(Reason) : null,
        OccurredAt = TimeProvider.System.GetUtcNow(),
    };

    private static Command Create<T>(RegistryOptionGroup registry, Command command, string resource, Func<ParseResult, T> createRequest)
        where T : IModelRequest
    {
        command.Arguments.Insert(0, Model);
        foreach (var option in new Option[] { Json, registry.Log.Url, ApiKeyOption.File })
            command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            var request = createRequest(parsed);
            var result = await registry.Log.RunAsync(
                parsed,
                client => SendAsync(client, request, $"v1/models/{Uri.EscapeDataString(request.Model)}/{resource}", cancellation),
                (log, pipelines, services) => new DirectModelRequest(log, pipelines, registry.OpenRegistry(parsed))
                    .RunAsync(request, services, cancellation));
            if (parsed.GetValue(Json))
                Terminal.WriteJson(result);
            else
                Terminal.Out.WriteLine(Describe(result));
        });
        return command;
    }

    private static Task<ModelRequestResult> SendAsync(
        GatewayClient client, IModelRequest request, string path, CancellationToken cancellation) => request switch
        {
            PromotionRequested promotion => client.PostAsync<ModelRequestResult>(
                path, new { version = promotion.Version, stage = promotion.Stage }, cancellation),
            RollbackRequested rollback => client.PostAsync<ModelRequestResult>(
                path, new { to = rollback.To, reason = rollback.Reason }, cancellation),
            PinRequested { Pinned: true } pin => client.PostAsync<ModelRequestResult>(path, new { reason = pin.Reason }, cancellation),
            PinRequested => client.DeleteAsync<ModelRequestResult>(path, cancellation),
            _ => client.PostAsync<ModelRequestResult>(path, new { }, cancellation),
        };

    private static string Describe(ModelRequestResult result) => result switch
    {
        { Previous: { } previous, Version: { } version } => $"{result.Model}: {version} serves now; {previous} served before.",
        { State: RolloutStages.Shadow or RolloutStages.Canary, Version: { } version } =>
            $"{result.Model}: a rollout has begun with the stage {result.State}; {version} serves.",
        { State: "pinned", Version: { } version } => $"{result.Model}: {version} is pinned; training does not replace it.",
        { State: "unpinned", Version: { } version } => $"{result.Model}: {version} is not pinned; training may replace it.",
        { Version: { } version } => $"{result.Model}: {version} serves now.",
        _ => $"{result.Model}: {result.State}. {result.Detail}".TrimEnd(),
    };
}
