using StreamBert.Cli.Errors;
using StreamBert.Model;
using StreamBert.Model.Packages;

namespace StreamBert.Cli.Hub;

/// <summary>Downloads a model's configuration, tokenizer and safetensors files from the hub, and no other file of its repository.</summary>
internal sealed class ModelDownload(HubClient hub, TimeSpan retryDelay, TimeProvider time, IProgress<DownloadProgress> progress)
{
    private const string SingleFile = "model.safetensors", IndexFile = "model.safetensors.index.json", ConfigFile = "config.json";
    private const int MaxShownPickles = 3;
    private const long MaxSmallFileBytes = 64 * 1024 * 1024;

    /// <param name="root">The parent of one directory per model and commit, in which an interrupted download is resumed.</param>
    /// <param name="maxBytes">The largest total size of all files, in bytes.</param>
    /// <returns>The directory of the downloaded model.</returns>
    /// <exception cref="CliException">The model does not exist, has no safetensors, or is too large.</exception>
    /// <exception cref="HttpRequestException">The hub cannot be reached, or a file differs from what it announced.</exception>
    public async Task<string> RunAsync(HubModel model, string root, long maxBytes, CancellationToken cancellation)
    {
        var listing = await hub.ListAsync(model, cancellation);
        var directory = Path.Combine(root, $"{model.Organisation}--{model.Name}--{listing.Commit.Replace('/', '-')}");
        var smallFiles = GetSmallFiles(model, listing);
        Directory.CreateDirectory(directory);
        try
        {
            await DownloadAsync(model, listing, smallFiles, directory, maxBytes, cancellation);
            return directory;
        }
        catch (Exception e) when (e is CliException or ModelPackageException or DamagedDownloadException)
        {
            Directory.Delete(directory, recursive: true); // a refused model is not resumed
            throw;
        }
    }

    private async Task DownloadAsync(
        HubModel model, HubListing listing, List<HubFile> smallFiles, string directory, long maxBytes, CancellationToken cancellation)
    {
        var remaining = maxBytes;
        foreach (var file in smallFiles)
            remaining -= await DownloadAsync(model, listing, file, directory, Math.Min(remaining, MaxSmallFileBytes), cancellation);
        var weights = GetWeightFiles(model, listing, directory);
        var size = smallFiles.Concat(weights).Sum(static file => (decimal)(file.Size ?? 0));
        if (size > maxBytes)
            throw new CliException($"{model} has {size:N0} bytes; {maxBytes:N0} are allowed. Increase --max-size to download it.");
        foreach (var file in weights)
            remaining -= await DownloadAsync(model, listing, file, directory, remaining, cancellation);
    }

    private Task<long> DownloadAsync(
        HubModel model, HubListing listing, HubFile file, string directory, long maxBytes, CancellationToken cancellation) =>
        new FileDownload(hub, model, listing.Commit, file, directory, maxBytes, retryDelay, time, progress).RunAsync(cancellation);

    private static List<HubFile> GetSmallFiles(HubModel model, HubListing listing)
    {
        if (listing.Find(ConfigFile) is null)
        {
            throw new CliException(
                $"{model} has no {ConfigFile}, so it is not a transformers model; StreamBert supports BERT, DistilBERT and RoBERTa "
                    + "checkpoints.");
        }
        if (listing.Find(SingleFile) is null && listing.Find(IndexFile) is null)
            throw new CliException(DescribeMissingSafetensors(model, listing));
        string[] names = [.. ModelPackage.CompanionFiles, .. (string[])(listing.Find(SingleFile) is null ? [IndexFile] : [])];
        return [.. names.Select(listing.Find).OfType<HubFile>()];
    }

    private static List<HubFile> GetWeightFiles(HubModel model, HubListing listing, string directory)
    {
        if (listing.Find(SingleFile) is { } single)
            return [single];
        var files = ModelPackage.ListWeightFiles(directory).Select(name => listing.Find(name) ?? throw new CliException(
            $"{model} has no {name}, which its {IndexFile} lists; the repository is incomplete."));
        return [.. files];
    }

    private static string DescribeMissingSafetensors(HubModel model, HubListing listing)
    {
        var pickles = listing.Files.Select(static file => file.Name)
            .Where(static name => Path.GetExtension(name) is ".bin" or ".pt" or ".pth" or ".ckpt" or ".pkl")
            .ToList();
        if (pickles.Count == 0)
            return $"{model} has no {SingleFile}.";
        return $"{model} has no {SingleFile}, only {string.Join(", ", pickles.Take(MaxShownPickles))}. Loading a pickle executes the "
            + "code in it, so StreamBert "
            + "never does. Look on the model's page for a pull request that adds safetensors and give it as --revision refs/pr/NUMBER, "
            + "or convert the file on a machine where you trust it and import the directory.";
    }
}
