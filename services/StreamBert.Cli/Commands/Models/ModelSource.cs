using System.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Hub;
using StreamBert.Cli.Models;
using StreamBert.Model;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Imports a model from a directory or from the hub into the registry, as the options of <c>models import</c> specify.</summary>
internal static class ModelSource
{
    private const string DefaultHub = "https://huggingface.co";
    private const string AddressVariable = "HF_ENDPOINT", TokenVariable = "HF_TOKEN";
    private const string DownloadDirectory = ".hub";
    private const double BytesPerGigabyte = 1e9, MaxGigabytes = 10_000;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private static readonly Argument<string?> DirectoryArgument = new("directory")
    {
        Description = "A model package, or a checkpoint in the Hugging Face layout.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Hub = new("--hub")
    {
        Description = $"Download ORG/NAME from the Hugging Face hub instead. {TokenVariable} may contain an access token.",
    };

    private static readonly Option<string> Revision = new("--revision")
    {
        Description = "Branch, tag or commit on the hub.",
        DefaultValueFactory = static _ => "main",
    };

    private static readonly Option<string> HubUrl = new("--hub-url")
    {
        Description = $"Address of the hub. Default: {AddressVariable}, or {DefaultHub}.",
        DefaultValueFactory = static _ =>
            Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address ? address : DefaultHub,
    };

    private static readonly Option<double> MaxSize = new("--max-size")
    {
        Description = "Largest total size of a download, in GB.",
        DefaultValueFactory = static _ => 10,
    };

    private static readonly Option<string?> Name = new("--name")
    {
        Description = "Name by which pipelines refer to the model. Default: the name of the directory, or the name on the hub.",
    };

    private static readonly Option<string?> Head = new("--head")
    {
        Description = "Name of the head of a plain checkpoint, such as sentiment.",
    };
    private static readonly Option<string?> Profile = new("--profile")
    {
        Description = "File with typical texts, on which the reference profile of the model is measured; see 'models profile'.",
    };

    private static readonly Option<string?> Version = new("--version")
    {
        Description = "Version. Default: the name with the beginning of the checksum.",
    };

    public static void AddTo(Command command)
    {
        command.Add(DirectoryArgument);
        foreach (var option in new Option[] { Hub, Revision, HubUrl, MaxSize, Name, Head, Version, Profile })
            command.Add(option);
    }

    /// <exception cref="CliException">Neither a directory nor a model of the hub is given, or both.</exception>
    public static void Validate(ParseResult parsed)
    {
        if (parsed.GetValue(DirectoryArgument) is null == parsed.GetValue(Hub) is null)
            throw new CliException("Give the model to import: a directory, or --hub ORG/NAME.");
    }

    /// <param name="registryDirectory">The directory of the registry, in which downloads are kept until they are imported.</param>
    public static async Task<ImportedModel> ImportAsync(
        ParseResult parsed, ModelDirectory registry, string registryDirectory, CancellationToken cancellation)
    {
        if (parsed.GetValue(DirectoryArgument) is { } directory)
            return await CopyAsync(parsed, registry, directory, parsed.GetValue(Name), cancellation);
        var model = HubModel.Parse(parsed.GetValue(Hub)!, parsed.GetValue(Revision)!);
        var downloaded = await DownloadAsync(parsed, model, Path.Combine(registryDirectory, DownloadDirectory), cancellation);
        // The download is kept after other errors, such as an invalid name or a full disk, so that the next command need not repeat it.
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

    private static async Task<string> DownloadAsync(ParseResult parsed, HubModel model, string directory, CancellationToken cancellation)
    {
        var gigabytes = parsed.GetValue(MaxSize);
        if (gigabytes is not (> 0 and < MaxGigabytes))
            throw new CliException($"--max-size {gigabytes} is out of range; give a size in GB, such as 10.");
        using var hub = new HubClient(parsed.GetValue(HubUrl)!, Environment.GetEnvironmentVariable(TokenVariable)?.Trim());
        var display = new DownloadProgressDisplay(TimeProvider.System);
        return await new ModelDownload(hub, RetryDelay, TimeProvider.System, display)
            .RunAsync(model, directory, (long)(gigabytes * BytesPerGigabyte), cancellation);
    }

    /// <summary>Loads and copies the package on another thread, so that the command reacts to signals in the meantime.</summary>
    private static Task<ImportedModel> CopyAsync(
        ParseResult parsed, ModelDirectory registry, string directory, string? name, CancellationToken cancellation) =>
        Task.Run(() => new PackageImport(registry).Run(
            directory, name, parsed.GetValue(Version), parsed.GetValue(Head), parsed.GetValue(Profile)), cancellation);
}
