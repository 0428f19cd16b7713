using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Options;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;
using StreamBert.Training.Datasets.Stored;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Defines <c>models gc</c>, which removes old versions that nothing needs from the registry.</summary>
internal static class ModelsGcCommand
{
    private const int DefaultKeep = 5, MaxKeep = 100_000;

    private static readonly Option<int> Keep = new("--keep")
    {
        Description = "Number of the newest versions of each model that are kept in any case.",
        DefaultValueFactory = static _ => DefaultKeep,
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Print what would be removed, and remove nothing." };

    private static readonly Option<bool> Json = JsonOption.Create();

    public static Command Create(RegistryOptionGroup registry)
    {
        var command = new Command(
            "gc", "Remove old versions from the registry. A version that serves, that a rollback restores, that is pinned, or that another "
                + "one needs is never removed. Requires --data DIR (with no process using it) or --kafka SERVERS; a running trainer does "
                + "it with Training:KeepVersions.")
        {
            Keep, DryRun, Json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(Keep) is not (>= 0 and <= MaxKeep))
                throw new CliException($"--keep {parsed.GetValue(Keep)} is out of range; give a number from 0 to {MaxKeep}.");
            return registry.Log.RunDirectlyAsync(parsed, (log, _) => RunAsync(parsed, registry, log, cancellation));
        });
        return command;
    }

    private static async Task<bool> RunAsync(
        ParseResult parsed, RegistryOptionGroup options, IEventLog log, CancellationToken cancellation)
    {
        var (registry, isDryRun) = (options.OpenRegistry(parsed), parsed.GetValue(DryRun));
        using var held = registry.Packages.TryLock() ?? throw new CliException(
            "A trainer uses the registry. Stop it, or set Training:KeepVersions, with which it removes old versions itself.");
        var removed = new List<RegisteredName>();
        var all = await registry.ListAsync(null, cancellation);
        foreach (var model in all.Select(static version => version.Model).Distinct())
        {
            var history = await ModelHistory.ReadAsync(log, model, cancellation);
            foreach (var version in await new VersionRetention(registry)
                .FindRemovableAsync(model, history, parsed.GetValue(Keep), cancellation))
            {
                if (registry.HasStore && !await IsRemovableAsync(registry, log, model, version, parsed.GetValue(Keep), cancellation))
                    continue;
                if (!isDryRun)
                    await RemoveAsync(registry, log, model, version, cancellation);
                removed.Add(new(model, version));
                var output = parsed.GetValue(Json) ? Terminal.Error : Terminal.Out;
                output.WriteLine($"{(isDryRun ? "Would remove" : "Removed")} {model}/{version}");
            }
            if (!isDryRun)
                RemoveDatasets(parsed, options, registry.Packages, model);
        }
        var result = new { isDryRun, removed, kept = all.Count - removed.Count };
        parsed.Write(Json, result, static result => Terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.removed.Count:N0} versions {(result.isDryRun ? "would be removed" : "removed")}, {result.kept:N0} kept.")));
        return true;
    }

    /// <summary>A version in the result.</summary>
    private sealed record RegisteredName(string Model, string Version);

    /// <summary>The lock holds only on this machine: a trainer of another one may have promoted the version meanwhile.</summary>
    private static async Task<bool> IsRemovableAsync(
        ModelRegistry registry, IEventLog log, string model, string version, int keep, CancellationToken cancellation)
    {
        var history = await ModelHistory.ReadAsync(log, model, cancellation);
        return (await new VersionRetention(registry).FindRemovableAsync(model, history, keep, cancellation)).Contains(version);
    }

    private static async Task RemoveAsync(
        ModelRegistry registry, IEventLog log, string model, string version, CancellationToken cancellation)
    {
        await log.AppendAsync(
            [ModelAudit.OfRemoval(model, version, AuditTrail.CommandLineActor, TimeProvider.System.GetUtcNow())], cancellation);
        await registry.RemoveAsync(model, version, cancellation);
    }

    /// <summary>Removes the data sets of which no version is left.</summary>
    private static void RemoveDatasets(ParseResult parsed, RegistryOptionGroup options, ModelDirectory registry, string model)
    {
        var settings = new SubjectKeyOptions();
        options.ReadSettings(parsed).GetSection(SubjectKeyOptions.Section).Bind(settings);
        using var keys = new SubjectKeys(Options.Create(settings));
        new DatasetStore(registry.Datasets, keys).RemoveUnused(
            model, registry.ListVersions().Where(version => version.Model == model).Select(static version => version.Version).ToHashSet());
    }
}
