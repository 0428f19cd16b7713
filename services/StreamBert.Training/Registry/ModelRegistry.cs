using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Models;

namespace StreamBert.Training.Registry;

/// <summary>
/// The registry of all machines: the store that they share, if one is configured, and the directory, which then is its cache. Every method
/// that uses the store throws a <see cref="ModelStoreException"/> if it does not answer.
/// </summary>
/// <param name="directory">The directory.</param>
/// <param name="store">The store.</param>
public sealed class ModelRegistry(ModelDirectory directory, ModelStore store)
{
    /// <summary>The packages on this machine.</summary>
    public ModelDirectory Packages => directory;

    /// <summary>Whether machines share a store.</summary>
    public bool HasStore => store.IsConfigured;

    /// <summary>Returns all complete versions of the directory and the store, ordered by model, then oldest first.</summary>
    /// <param name="model">The model; null: all models.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<IReadOnlyList<RegisteredVersion>> ListAsync(string? model, CancellationToken cancellation)
    {
        var stored = (await store.ListAsync(model, cancellation)).ToDictionary(static version => (version.Model, version.Version));
        var local = directory.ListVersions().Where(version => model is null || version.Model == model).Index()
            .ToDictionary(static version => version.Item, static version => version.Index);
        return
        [
            .. from name in local.Keys.Union(stored.Keys)
               let version = new RegisteredVersion(name.Model, name.Version)
               {
                   IsLocal = local.ContainsKey(name),
                   Stored = stored.GetValueOrDefault(name),
               }
               orderby version.Model, CreationOf(version), local.GetValueOrDefault(name), version.Version
               select version,
        ];
    }

    /// <summary>Downloads a version that the directory lacks.</summary>
    /// <returns>Whether the directory has the version.</returns>
    public Task<bool> FetchAsync(string model, string version, CancellationToken cancellation) =>
        store.DownloadAsync(directory.Resolve(""), ModelDirectory.NameOf(model, version), cancellation);

    /// <summary>Uploads a version that the store lacks; call it before any event names the version.</summary>
    /// <param name="mayReplace">
    /// Whether a stored version of that name is replaced: it can only belong to a run that was interrupted before its events were written.
    /// </param>
    /// <returns>False if the store has another package of that name.</returns>
    public Task<bool> PublishAsync(string model, string version, bool mayReplace, CancellationToken cancellation) =>
        store.UploadAsync(directory.Resolve(""), ModelDirectory.NameOf(model, version), mayReplace, cancellation);

    /// <summary>Removes a version from the store and from the directory.</summary>
    public async Task RemoveAsync(string model, string version, CancellationToken cancellation)
    {
        await store.RemoveAsync(ModelDirectory.NameOf(model, version), cancellation);
        directory.Remove(model, version);
    }

    /// <summary>Returns the version that a version is an adapter of, beside it; null for other packages and damaged ones.</summary>
    public async Task<string?> FindBaseAsync(RegisteredVersion version, CancellationToken cancellation)
    {
        var name = ModelDirectory.NameOf(version.Model, version.Version);
        try
        {
            return version.IsLocal ? ModelPackage.ReadBaseName(directory.Resolve(name)) : await store.FindBaseAsync(name, cancellation);
        }
        catch (ModelPackageException)
        {
            return null; // it cannot be loaded, whatever its base package is
        }
    }

    /// <summary>
    /// Makes sure that the directory has the version that a request is about, and that other machines find it in the store when the
    /// decision names it.
    /// </summary>
    /// <exception cref="ModelPackageException">The store has another package of that name.</exception>
    public async Task PrepareAsync(IModelRequest request, ModelHistory history, CancellationToken cancellation)
    {
        if (store.IsConfigured && VersionOf(request, history) is { } version)
            await ShareAsync(request.Model, version, cancellation);
    }

    /// <summary>Downloads a version that the directory lacks, or uploads one that the store lacks.</summary>
    /// <exception cref="ModelPackageException">The store has another package of that name.</exception>
    public async Task ShareAsync(string model, string version, CancellationToken cancellation)
    {
        if (await FetchAsync(model, version, cancellation) && !await PublishAsync(model, version, mayReplace: false, cancellation))
        {
            throw new ModelPackageException(
                $"The model store has another package {version} of {model} than {directory.Resolve("")}; versions never change, so import "
                + "it with another --version.");
        }
    }

    private string? VersionOf(IModelRequest request, ModelHistory history) => request switch
    {
        PromotionRequested promotion => promotion.Version,
        RollbackRequested { To: { } version } => version,
        RollbackRequested => history.Served.Reverse().FirstOrDefault(served => served.Version != history.Served[^1].Version)?.Version
            ?? directory.FindShipped(request.Model)?.Version,
        _ => directory.FindServing(request.Model, history)?.Version,
    };

    /// <summary>A download does not change the age of a version. Without a store, the order is that of the directory.</summary>
    private DateTimeOffset CreationOf(RegisteredVersion version) => version.Stored is { } stored ? stored.CompletedAt
        : new(Directory.GetCreationTimeUtc(directory.Resolve(ModelDirectory.NameOf(version.Model, version.Version))));
}
