using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Cli.Commands.Models;

/// <summary>
/// Defines <c>models show</c>, which lists the versions of a model with what became of them, and <c>models diff</c>, which compares two.
/// </summary>
internal static class ModelsShowCommand
{
    private static readonly Argument<string> Model = new("model") { Description = "Name of the model, such as default." };
    private static readonly Argument<string> First = new("version") { Description = "Version to compare." };
    private static readonly Argument<string> Second = new("other") { Description = "Version to compare it with." };
    private static readonly Option<bool> Json = JsonOption.Create();

    public static IEnumerable<Command> Create(RegistryOptionGroup registry)
    {
        var show = new Command("show", "Show the versions of a model: which serves or is pinned, and why others do not.") { Model, Json };
        show.SetAction(async (parsed, cancellation) =>
        {
            var versions = await ReadAsync(parsed, registry, cancellation);
            if (parsed.GetValue(Json))
                Terminal.WriteJson(versions);
            else
                WriteVersions(versions);
        });
        var diff = new Command("diff", "Compare two versions of a model: labels, evaluations, and what would change.")
        {
            Model, First, Second, Json,
        };
        diff.SetAction(async (parsed, cancellation) =>
        {
            var versions = await ReadAsync(parsed, registry, cancellation);
            var (first, second) = (Find(versions, parsed.GetValue(First)!), Find(versions, parsed.GetValue(Second)!));
            if (parsed.GetValue(Json))
                Terminal.WriteJson(ModelVersionComparison.Of(first, second));
            else
                ComparisonTables.Write(first, second);
        });
        foreach (var command in (Command[])[show, diff])
        {
            command.Add(registry.Log.Url);
            command.Add(ApiKeyOption.File);
            yield return command;
        }
    }

    private static async Task<IReadOnlyList<ModelVersionView>> ReadAsync(
        ParseResult parsed, RegistryOptionGroup registry, CancellationToken cancellation)
    {
        var model = parsed.GetValue(Model)!;
        var versions = await registry.Log.RunAsync<IReadOnlyList<ModelVersionView>>(
            parsed,
            async client => [.. (await client.ListAsync<ModelVersionView>("v1/models", "models", cancellation))
                .Where(version => version.Model == model)],
            (log, _) => LoggedVersions.ReadAsync(log, registry.OpenDirectory(parsed), model, cancellation));
        return versions.Count > 0 ? versions : throw new CliException($"No version of a model '{model}' is known.");
    }

    private static ModelVersionView Find(IReadOnlyList<ModelVersionView> versions, string name) =>
        versions.FirstOrDefault(version => version.Version == name) ?? throw new CliException(
            $"There is no version '{name}'; there are {string.Join(", ", versions.Select(static version => version.Version))}.");

    private static void WriteVersions(IReadOnlyList<ModelVersionView> versions)
    {
        var table = Terminal.CreateTable(
            null, "version", "state", "parent", "cause", "#feedback", "evaluation", "#changes of texts", "why it does not serve");
        foreach (var version in versions)
        {
            table.AddCells(
                version.Version,
                version.State + (version.Pin is { Pinned: true } ? ", pinned" : ""),
                version.Trained?.Parent ?? "",
                version.Trained?.Cause ?? "",
                version.Trained is { TrainingSeconds: > 0 } trained ? Format.Count(trained.FeedbackCount) : "",
                string.Join(", ", version.Reports.Select(static report => $"{report.Head} {Format.Number(report.Accuracy, "0.000")}")),
                DescribeChanges(version),
                Explain(version));
        }
        Terminal.Write(table);
        if (versions.Select(static version => version.Training).OfType<TrainingReported>().FirstOrDefault() is { } report)
            Terminal.Out.WriteLine(Describe(report));
        foreach (var progress in versions.Select(static version => version.RolloutProgress).OfType<RolloutProgressed>())
            Terminal.Out.WriteLine(RolloutDescription.Of(progress));
    }

    private static string Describe(TrainingReported report)
    {
        var line = $"Training: {report.State} ({report.Detail})";
        return report.Progress is not { } progress ? $"{line}{(report.Phase is { } phase ? $": {phase}" : "")}." : line
            + $": epoch {progress.Epoch} of {progress.Epochs}, step {Format.Count(progress.Step)} of {Format.Count(progress.Steps)}, "
            + $"loss {Metric(progress.Loss)}, {Format.Number(progress.TokensPerSecond, "0")} tokens/s, "
            + $"{Format.Number(progress.RemainingSeconds, "0")} s left.";
    }

    private static string Explain(ModelVersionView version) => version switch
    {
        { Trained.NotPromoted: { } reason, State: not ModelStates.Serving } => reason,
        { Rollout: { } rollout, State: ModelStates.Shadow or ModelStates.Canary or ModelStates.RolledBack } =>
            $"{rollout.Stage} since {rollout.ChangedAt:u}, by {rollout.By}: {rollout.Reason}",
        { RolledBack: { } rollback, State: not ModelStates.Serving } => $"rolled back by {rollback.By}: {rollback.Reason}",
        { Refused: { } refused } => refused.Reason,
        { State: ModelStates.Rejected, Trained: { } trained } => string.Join(
            "; ", trained.Gates.Where(static gate => gate.StartsWith("failed", StringComparison.Ordinal))),
        _ => "",
    };

    private static string DescribeChanges(ModelVersionView version) => version.Trained?.Changes is { } changes
        ? $"{Format.Count(changes.Changed)} of {Format.Count(changes.Texts)}" : "";

    private static string Metric(double value) => Format.Number(value, "0.000");
}
