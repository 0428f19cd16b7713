using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Models;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Gateway.ModelRequests;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Models;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Defines <c>models import</c>, which imports a model into the registry and promotes it on request.</summary>
internal static class ModelsImportCommand
{
    private static readonly Option<bool> Promote = new("--promote")
    {
        Description = "Promote the version, so that workers serve it; requires --data DIR (with no process using it) or --kafka SERVERS.",
    };

    private static readonly Option<bool> Json = JsonOption.Create();

    public static Command Create(RegistryOptionGroup registry)
    {
        var command = new Command("import", "Check a model and copy it into the registry as an immutable version.")
        {
            Promote, Json,
        };
        ModelSource.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(parsed, registry, cancellation));
        return command;
    }

    private static async Task RunAsync(ParseResult parsed, RegistryOptionGroup options, CancellationToken cancellation)
    {
        ModelSource.Validate(parsed);
        if (OnnxOptionGroup.GetOutput(parsed) is { } directory)
        {
            await WritePackageAsync(parsed, directory, cancellation);
            return;
        }
        var registry = options.OpenRegistry(parsed);
        Func<Task<ImportedModel>> import = () => ImportAsync(parsed, registry, options.GetDirectory(parsed), cancellation);
        if (!parsed.GetValue(Promote))
        {
            Report(parsed, await import(), isPromoted: false);
            return;
        }
        try
        {
            await options.Log.RunDirectlyAsync(
                parsed, (log, pipelines, services) => PromoteAsync(parsed, import, registry, log, pipelines, services, cancellation),
                createLog: true);
        }
        catch (LogInUseException e)
        {
            var imported = await import();
            throw new LogInUseException(
                $"{imported.Version} is registered in {imported.Directory} but not promoted: {e.Message} "
                + $"If the running 'up' waits for the model '{imported.Model}', it starts to serve this version automatically; "
                + "otherwise stop it and run this command again.",
                e);
        }
    }

    /// <summary>Imports into the directory, and then into the store, if there is one.</summary>
    private static async Task<ImportedModel> ImportAsync(
        ParseResult parsed, ModelRegistry registry, string directory, CancellationToken cancellation)
    {
        var imported = await ModelSource.ImportAsync(parsed, registry.Packages, directory, cancellation);
        try
        {
            await registry.ShareAsync(imported.Model, imported.Version, cancellation);
            return imported;
        }
        catch (ModelPackageException) when (imported.IsNew)
        {
            registry.Packages.Remove(imported.Model, imported.Version); // the store has another package of that name
            throw;
        }
        catch (ModelStoreException e)
        {
            throw new ModelStoreException(
                $"{imported.Version} is in {imported.Directory} but not in the model store. {e.Message} Then run this command again.", e);
        }
    }

    /// <summary>Writes a package that is not registered: a base for training.</summary>
    private static async Task WritePackageAsync(ParseResult parsed, string directory, CancellationToken cancellation)
    {
        if (parsed.GetValue(Promote))
            throw new CliException("--promote promotes a version of the registry; leave out --out, which writes a package elsewhere.");
        var languages = ModelSource.ReadLanguages(parsed);
        var info = await Task.Run(() => ModelSource.ReadOnnx(parsed).WritePackage(directory), cancellation);
        if (languages.Count > 0)
        {
            ModelPackage.WriteLanguages(directory, languages);
            info = PackageInfo.Read(directory);
        }
        parsed.Write(
            Json, new { directory = Path.GetFullPath(directory), package = PackageSummary.Of(info) },
            written => PrintWritten(written.directory, info));
    }

    private static void PrintWritten(string directory, PackageInfo info)
    {
        Terminal.Out.WriteLine($"Wrote {directory}");
        Terminal.Out.WriteLine($"  {PackageDescription.Format(info)}; SHA-256 {info.Sha256}");
        Terminal.Out.WriteLine(info.Heads.Count > 0
            ? "Register it with: streambert models import DIR"
            : "It has no head to classify with: train one on it with: streambert train --task ner --base DIR");
    }

    /// <summary>
    /// Imports, and promotes as <c>models promote</c> does; in a new data directory this creates the required topics, as <c>up</c> does.
    /// </summary>
    private static async Task<bool> PromoteAsync(
        ParseResult parsed, Func<Task<ImportedModel>> import, ModelRegistry registry, IEventLog log, PipelineCatalog pipelines,
        IServiceProvider services, CancellationToken cancellation)
    {
        var imported = await import();
        await log.CreateTopicsAsync([new(Topics.Models, 1), new(Topics.Audit, 1)], cancellation);
        var history = await ModelHistory.ReadAsync(log, imported.Model, cancellation);
        if (registry.Packages.FindServing(imported.Model, history)?.Version == imported.Version)
        {
            Report(parsed, imported, isPromoted: true);
            return true;
        }
        var request = new PromotionRequested
        {
            Model = imported.Model,
            Version = imported.Version,
            By = AuditTrail.CommandLineActor,
            OccurredAt = TimeProvider.System.GetUtcNow(),
        };
        var result = await new DirectModelRequest(log, pipelines, registry).RunAsync(request, services, cancellation);
        var isUndecided = result.State == ModelRequestResult.Undecided;
        Report(parsed, imported, !isUndecided, isUndecided ? $"The promotion is requested. {result.Detail}" : null);
        return true;
    }

    /// <param name="detail">Further information; null if there is none.</param>
    private static void Report(ParseResult parsed, ImportedModel imported, bool isPromoted, string? detail = null)
    {
        var result = new
        {
            imported.Model,
            imported.Version,
            imported.Directory,
            imported.IsNew,
            isPromoted,
            detail,
            package = PackageSummary.Of(imported.Info),
        };
        parsed.Write(Json, result, _ => Print(imported, isPromoted, detail));
    }

    private static void Print(ImportedModel imported, bool isPromoted, string? detail)
    {
        Terminal.Out.WriteLine($"{(imported.IsNew ? "Registered" : "Already registered")} {imported.Version} in {imported.Directory}");
        Terminal.Out.WriteLine($"  {PackageDescription.Format(imported.Info)}; SHA-256 {imported.Info.Sha256}");
        Terminal.Out.WriteLine(isPromoted
            ? "The version is promoted: workers serve it in every pipeline with"
            : "The version does not serve yet, unless a pipeline is waiting for this model: import it with --promote (and --data DIR or "
                + "--kafka SERVERS). It then serves in every pipeline with");
        var heads = imported.Info.Heads.Select(static head => $"\"{head.Name}\"");
        Terminal.Out.WriteLine($"  \"Model\": \"{imported.Model}\", \"Heads\": [{string.Join(", ", heads)}]");
        if (detail is not null)
            Terminal.Out.WriteLine(detail);
    }
}
