using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Hub;
using StreamBert.Cli.Models;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Commands;

/// <summary><c>models import</c>: a directory or a model of the hub → the registry, and, if asked for, into service.</summary>
internal static class ModelsImport
{
    private const string DefaultHub = "https://huggingface.co";
    private const double Giga = 1e9;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private static readonly Argument<string?> Source = new("directory")
    {
        Description = "A model package, or a checkpoint in the Hugging Face layout.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Hub = new("--hub")
    {
        Description = "Download ORG/NAME from the Hugging Face hub instead. HF_TOKEN may hold an access token."
    };
    private static readonly Option<string> Revision = new("--revision")
    {
        Description = "Branch, tag or commit on the hub.",
        DefaultValueFactory = static _ => "main"
    };
    private static readonly Option<string> HubUrl = new("--hub-url")
    {
        Description = "Address of the hub; default: HF_ENDPOINT, else " + DefaultHub + ".",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("HF_ENDPOINT") is { Length: > 0 } set ? set : DefaultHub,
    };

    private static readonly Option<double> MaxSize = new("--max-size")
    {
        Description = "The most that is downloaded, in GB.",
        DefaultValueFactory = static _ => 10
    };
    private static readonly Option<string?> Name = new("--name")
    {
        Description = "What pipelines call the model; default: the name of the directory or on the hub."
    };
    private static readonly Option<string?> Head = new("--head")
    {
        Description = "What the head of a plain checkpoint is called, such as sentiment."
    };
    private static readonly Option<string?> Version = new("--version")
    {
        Description = "Default: the name with the beginning of the checksum."
    };
    private static readonly Option<bool> Promote = new("--promote")
    {
        Description = "Let it serve from now on; needs --data DIR (with nothing running on it) or --kafka SERVERS."
    };

    public static Command Create(LogAccess access)
    {
        var command = new Command("import", "Check a model and copy it into the registry as a version that never changes.")
        {
            Source, Hub, Revision, HubUrl, MaxSize, Name, Head, Version, Promote,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, access, cancellation));
        return command;
    }

    private static async Task RunAsync(ParseResult parsed, LogAccess access, CancellationToken cancellation)
    {
        if (parsed.GetValue(Source) is null == parsed.GetValue(Hub) is null)
            throw new CliException("Say what to import: a directory, or --hub ORG/NAME.");
        var registry = ModelsCommand.Registry(parsed, access);
        if (!parsed.GetValue(Promote))
        {
            Report(await ImportAsync(parsed, registry, access, cancellation), promoted: false);
            return;
        }
        try
        {
            await access.RunDirectlyAsync(parsed, (log, _) => PromoteAsync(parsed, registry, access, log, cancellation), createsLog: true);
        }
        catch (LogInUseException e)
        {
            var imported = await ImportAsync(parsed, registry, access, cancellation);
            throw new LogInUseException(
                $"{imported.Version} is registered in {imported.Directory} but not promoted: {e.Message} If the 'up' that runs waits for the model '{imported.Model}', it begins with this version by itself; otherwise stop it and give this command again.", e);
        }
    }

    /// <summary>On a data directory that nothing ran on yet, this makes the topics that it writes to, as <c>up</c> would.</summary>
    private static async Task<bool> PromoteAsync(
        ParseResult parsed,
        ModelDirectory registry,
        LogAccess access,
        IEventLog log,
        CancellationToken cancellation)
    {
        var imported = await ImportAsync(parsed, registry, access, cancellation);
        await log.CreateTopicsAsync([new(Topics.Models, 1), new(Topics.Audit, 1)], cancellation);
        await new ModelPromoter(log, registry, TimeProvider.System).PromoteAsync(
            imported.Model,
            imported.Version,
            "import",
            AuditTrail.CommandLineActor,
            cancellation);
        Report(imported, promoted: true);
        return true;
    }

    private static async Task<ImportedModel> ImportAsync(
        ParseResult parsed,
        ModelDirectory registry,
        LogAccess access,
        CancellationToken cancellation)
    {
        if (parsed.GetValue(Source) is { } directory)
            return await CopyAsync(parsed, registry, directory, parsed.GetValue(Name), cancellation);
        var model = HubModel.Parse(parsed.GetValue(Hub)!, parsed.GetValue(Revision)!);
        var limit = parsed.GetValue(MaxSize);
        if (limit is not (> 0 and < 10_000))
            throw new CliException($"--max-size {limit} is no size; give gigabytes, such as 10.");
        using var hub = new HubClient(parsed.GetValue(HubUrl)!, Environment.GetEnvironmentVariable("HF_TOKEN")?.Trim());
        var downloaded = await new ModelDownload(hub, RetryPause, TimeProvider.System, new DownloadDisplay())
            .RunAsync(model, Path.Combine(ModelsCommand.Root(parsed, access), ".hub"), (long)(limit * Giga), cancellation);
        // Deleted only when it is of no more use: after a wrong name or a full disk, the next command need not download again.
        try
        {
            var imported = await CopyAsync(parsed, registry, downloaded, parsed.GetValue(Name) ?? model.Name, cancellation);
            Directory.Delete(downloaded, recursive: true);
            return imported;
        }
        catch (ModelPackageException)
        {
            Directory.Delete(downloaded, recursive: true);
            throw;
        }
    }

    /// <summary>Loading and copying are work for a thread of their own, which a signal then need not wait for.</summary>
    private static Task<ImportedModel> CopyAsync(
        ParseResult parsed,
        ModelDirectory registry,
        string directory,
        string? name,
        CancellationToken cancellation) =>
        Task.Run(() => new PackageImport(registry).Run(directory, name, parsed.GetValue(Version), parsed.GetValue(Head)), cancellation);

    private static void Report(ImportedModel imported, bool promoted)
    {
        Terminal.Out.WriteLine($"{(imported.IsNew ? "Registered" : "Already registered")} {imported.Version} in {imported.Directory}");
        Terminal.Out.WriteLine($"  {ModelsCommand.Describe(imported.Info)}; SHA-256 {imported.Info.Sha256}");
        Terminal.Out.WriteLine(promoted
            ? "It is promoted: workers serve it wherever a pipeline says"
            : "It does not serve yet, unless a pipeline waits for this model: import it with --promote (and --data DIR or --kafka SERVERS). It then serves wherever a pipeline says");
        Terminal.Out.WriteLine($"  \"Model\": \"{imported.Model}\", \"Heads\": [{string.Join(", ", imported.Info.Heads.Select(static head => $"\"{head.Name}\""))}]");
    }
}
