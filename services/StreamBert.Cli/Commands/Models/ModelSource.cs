using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Hub;
using StreamBert.Cli.Models;
using StreamBert.Model;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Commands.Models;

/// <summary>
/// Imports a model from a directory, from the hub, from an ONNX file or from an adapter into the registry, as the options of
/// <c>models import</c> specify.
/// </summary>
internal static class ModelSource
{
    private const string DefaultHub = "https://huggingface.co";
    private const string AddressVariable = "HF_ENDPOINT", TokenVariable = "HF_TOKEN";
    private const string DownloadDirectory = ".hub", ConversionPrefix = ".conversion-";
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
        Description = "Name by which pipelines refer to the model. Default: the name of the directory, of the ONNX file, or on the hub.",
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

    private static readonly Option<string?> Languages =
        LanguagesOption.Create("Default: those that the package states; without any, no text is.");

    public static void AddTo(Command command)
    {
        command.Add(DirectoryArgument);
        foreach (var option in new Option[] { Hub, Revision, HubUrl, MaxSize, Name, Head, Version, Profile, Languages })
            command.Add(option);
        OnnxOptionGroup.AddTo(command);
        AdapterOptionGroup.AddTo(command);
    }

    /// <exception cref="CliException">Not exactly one source is given, or an option has no effect.</exception>
    public static void Validate(ParseResult parsed)
    {
        bool[] given =
        [
            parsed.GetValue(DirectoryArgument) is not null, parsed.GetValue(Hub) is not null, OnnxOptionGroup.IsGiven(parsed),
            AdapterOptionGroup.IsGiven(parsed),
        ];
        if (given.Count(static isGiven => isGiven) != 1)
            throw new CliException("Give the model to import: a directory, --hub ORG/NAME, --onnx FILE, or --adapter DIR.");
        OnnxOptionGroup.Validate(parsed);
        AdapterOptionGroup.Validate(parsed, parsed.GetValue(Head));
    }

    public static IReadOnlyList<string> ReadLanguages(ParseResult parsed) => LanguagesOption.Read(parsed, Languages);

    public static OnnxModel ReadOnnx(ParseResult parsed) => OnnxOptionGroup.Read(parsed) with { Head = parsed.GetValue(Head) };

    /// <param name="registryDirectory">The directory of the registry, in which downloads are kept until they are imported.</param>
    public static async Task<ImportedModel> ImportAsync(
        ParseResult parsed, ModelDirectory registry, string registryDirectory, CancellationToken cancellation)
    {
        if (parsed.GetValue(DirectoryArgument) is { } directory)
            return await CopyAsync(parsed, registry, directory, parsed.GetValue(Name), parsed.GetValue(Head), cancellation);
        if (OnnxOptionGroup.IsGiven(parsed))
            return await ConvertAsync(parsed, registry, registryDirectory, ReadOnnx(parsed).Name, WriteOnnx, cancellation);
        if (AdapterOptionGroup.IsGiven(parsed))
            return await ConvertAsync(parsed, registry, registryDirectory, AdapterOptionGroup.GetName(parsed), WriteAdapter, cancellation);
        var model = HubModel.Parse(parsed.GetValue(Hub)!, parsed.GetValue(Revision)!);
        var downloaded = await DownloadAsync(parsed, model, Path.Combine(registryDirectory, DownloadDirectory), cancellation);
        // The download is kept after other errors, such as an invalid name or a full disk, so that the next command need not repeat it.
        try
        {
            var name = parsed.GetValue(Name) ?? model.Name;
            var imported = await CopyAsync(parsed, registry, downloaded, name, parsed.GetValue(Head), cancellation);
            Directory.Delete(downloaded, recursive: true);
            return imported;
        }
        catch (ModelPackageException)
        {
            Directory.Delete(downloaded, recursive: true);
            throw;
        }
    }

    /// <summary>Converts a model with a classifier to a package in a directory that is deleted after the import.</summary>
    /// <param name="write">Writes the package to a directory.</param>
    private static async Task<ImportedModel> ConvertAsync(
        ParseResult parsed, ModelDirectory registry, string registryDirectory, string name, Action<ParseResult, string> write,
        CancellationToken cancellation)
    {
        var converted = Path.Combine(registryDirectory, ConversionPrefix + Guid.NewGuid().ToString("N"));
        try
        {
            await Task.Run(() => write(parsed, converted), cancellation);
            return await CopyAsync(parsed, registry, converted, parsed.GetValue(Name) ?? name, null, cancellation);
        }
        finally
        {
            if (Directory.Exists(converted))
                Directory.Delete(converted, recursive: true);
        }
    }

    private static void WriteOnnx(ParseResult parsed, string directory)
    {
        var model = ReadOnnx(parsed);
        if (model.WritePackage(directory).Heads.Count == 0)
            throw new CliException($"{model.File} has no classifier, so it cannot serve; write it as a base for training with --out DIR.");
    }

    private static void WriteAdapter(ParseResult parsed, string directory) =>
        AdapterOptionGroup.WritePackage(parsed, directory, parsed.GetValue(Head));

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
        ParseResult parsed, ModelDirectory registry, string directory, string? name, string? head, CancellationToken cancellation) =>
        Task.Run(
            () => new PackageImport(registry)
            {
                ProfileTexts = parsed.GetValue(Profile),
                Languages = ReadLanguages(parsed),
            }.Run(directory, name, parsed.GetValue(Version), head),
            cancellation);
}
