using Microsoft.Extensions.Options;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Settings;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Privacy;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Commands.Backtests;

/// <summary>Provides a backtest with the pipelines, the limits of the monitor and the privacy filter of the settings.</summary>
internal static class BacktestServices
{
    private const long MaxRulesBytes = 16 * 1024 * 1024;

    /// <summary>Creates the host for a backtest that reads files.</summary>
    public static HostApplicationBuilder CreateHostBuilder(string? settingsFile)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        CommandSettings.AddFolders(builder.Configuration, null);
        builder.AddStreamBertDefaults("cli", settingsFile);
        builder.AddPrivacy();
        builder.Logging.ClearProviders();
        return builder;
    }

    /// <summary>Reads the technical limits of the monitor from the settings.</summary>
    /// <exception cref="OptionsValidationException">A limit is invalid.</exception>
    public static MonitoringOptions ReadOptions(IConfiguration configuration)
    {
        var options = configuration.GetSection(MonitoringOptions.Section).Get<MonitoringOptions>() ?? new();
        return options.Validate().ToList() is { Count: > 0 } faults
            ? throw new OptionsValidationException(MonitoringOptions.Section, typeof(MonitoringOptions), faults)
            : options;
    }

    /// <summary>Finds the pipeline of a backtest, with the rules of a file.</summary>
    /// <param name="catalog">The configured pipelines.</param>
    /// <param name="name">The name; null for the one that the input names.</param>
    /// <param name="named">The pipelines that the input names, or an empty list.</param>
    /// <param name="rulesFile">The rules file; null for the rules of the settings.</param>
    /// <exception cref="CliException">It is unknown which pipeline is meant, or the rules are invalid.</exception>
    public static PipelineOptions FindPipeline(PipelineCatalog catalog, string? name, IReadOnlyList<string> named, string? rulesFile)
    {
        var configured = string.Join(", ", catalog.All.Select(static pipeline => pipeline.Name));
        name ??= (named, catalog.All) switch
        {
            ([var only], _) => only,
            ([], [var only]) => only.Name,
            _ => throw new CliException($"Give --pipeline NAME; configured: {configured}."),
        };
        var pipeline = catalog.Find(name)
            ?? throw new CliException($"The pipeline '{name}' (--pipeline) does not exist; configured: {configured}.");
        return rulesFile is null ? pipeline : pipeline with
        {
            Monitor = pipeline.Monitor with
            {
                Rules = ReadRules(rulesFile, catalog).TryGetValue(name, out var rules)
                    ? rules
                    : throw new CliException($"'{rulesFile}' (--rules) has no rules for the pipeline '{name}'."),
            },
        };
    }

    /// <summary>Reads a rules file.</summary>
    /// <exception cref="CliException">The file does not exist or has faults; the message lists all of them.</exception>
    public static IReadOnlyDictionary<string, MonitorRules> ReadRules(string path, PipelineCatalog catalog)
    {
        if (!File.Exists(path))
            throw new CliException($"The rules file '{path}' does not exist; check the path.");
        var (rules, faults) = RulesFile.Read(RegularFile.Bytes(path, MaxRulesBytes), catalog);
        return faults.Count == 0
            ? rules
            : throw new CliException($"'{path}' has {faults.Count} fault{(faults.Count == 1 ? "" : "s")}:"
                + string.Concat(faults.Select(static fault => $"\n  {fault}")));
    }
}
