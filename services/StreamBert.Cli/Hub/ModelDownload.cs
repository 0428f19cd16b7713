using StreamBert.Cli.CommandLine;
using StreamBert.Model;
using StreamBert.Model.Packages;

namespace StreamBert.Cli.Hub;

/// <summary>
/// A model's configuration, tokenizer and safetensors from the hub into a directory; nothing else of its repository is asked for.
/// </summary>
internal sealed class ModelDownload(HubClient hub, TimeSpan retryPause, TimeProvider time, IProgress<DownloadProgress> progress)
{
    private const string Single = "model.safetensors", Index = "model.safetensors.index.json", Config = "config.json";
    private const long MaxSmallFile = 64 * 1024 * 1024;

    /// <param name="root">Holds a directory for each model and commit, so that a download that was broken off is gone on with.</param>
    /// <param name="limit">The most bytes that all files may have together.</param>
    /// <returns>The directory that holds the model now.</returns>
    /// <exception cref="CliException">There is no such model, it has no safetensors, or it is too large.</exception>
    /// <exception cref="HttpRequestException">The hub cannot be reached, or sends something else than it announces.</exception>
    public async Task<string> RunAsync(HubModel model, string root, long limit, CancellationToken cancellation)
    {
        var listing = await hub.ListAsync(model, cancellation);
        var directory = Path.Combine(root, $"{model.Organisation}--{model.Name}--{listing.Commit.Replace('/', '-')}");
        var small = SmallFiles(model, listing);
        Directory.CreateDirectory(directory);
        try
        {
            await DownloadAsync(model, listing, small, directory, limit, cancellation);
            return directory;
        }
        catch (Exception e) when (e is CliException or ModelPackageException or DamagedDownloadException)
        {
            Directory.Delete(directory, recursive: true); // refused: nothing of it is gone on with
            throw;
        }
    }

    private async Task DownloadAsync(
        HubModel model,
        HubListing listing,
        List<HubFile> small,
        string directory,
        long limit,
        CancellationToken cancellation)
    {
        var left = limit;
        foreach (var file in small)
            left -= await DownloadAsync(model, listing, file, directory, Math.Min(left, MaxSmallFile), cancellation);
        var weights = Weights(model, listing, directory);
        var size = small.Concat(weights).Sum(static file => (decimal)(file.Size ?? 0));
        if (size > limit)
            throw new CliException($"{model} has {size:N0} bytes; {limit:N0} are allowed. Raise --max-size if you want it.");
        foreach (var file in weights)
            left -= await DownloadAsync(model, listing, file, directory, left, cancellation);
    }

    private Task<long> DownloadAsync(
        HubModel model,
        HubListing listing,
        HubFile file,
        string directory,
        long limit,
        CancellationToken cancellation) =>
        new FileDownload(hub, model, listing.Commit, file, directory, limit, retryPause, time, progress).RunAsync(cancellation);

    private static List<HubFile> SmallFiles(HubModel model, HubListing listing)
    {
        if (listing.Find(Config) is null)
        {
            throw new CliException(
                $"{model} has no {Config}, so it is no model of transformers; StreamBert reads BERT, DistilBERT and RoBERTa checkpoints.");
        }

        if (listing.Find(Single) is null && listing.Find(Index) is null)
            throw new CliException(NoSafetensors(model, listing));
        string[] wanted = [.. ModelPackage.Companions, .. (string[])(listing.Find(Single) is null ? [Index] : [])];
        return [.. wanted.Select(listing.Find).OfType<HubFile>()];
    }

    private static List<HubFile> Weights(HubModel model, HubListing listing, string directory) => listing.Find(Single) is { } single
        ? [single]
        : [.. ModelPackage.WeightFiles(directory).Select(name => listing.Find(name)
            ?? throw new CliException($"{model} has no {name}, which its {Index} names; the repository is not whole."))];

    private static string NoSafetensors(HubModel model, HubListing listing)
    {
        var pickles = listing.Files.Select(static file => file.Name)
            .Where(static name => Path.GetExtension(name) is ".bin" or ".pt" or ".pth" or ".ckpt" or ".pkl")
            .ToList();
        return $"{model} has no {Single}" + (pickles.Count == 0
            ? "."
            : $", only {string.Join(", ", pickles.Take(3))}. Reading a pickle runs the code in it, so StreamBert never does. Look on the model's page for a pull request that "
            + "adds safetensors and give it as --revision refs/pr/NUMBER, or convert the file where you trust it and import the directory.");
    }
}
