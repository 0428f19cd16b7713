using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Models;
using StreamBert.Tests.Model;
using StreamBert.Tests.Streaming.Models;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Training.Registry;

/// <summary>Tests a registry that two machines share, on a real server with the API of S3.</summary>
public sealed class ModelRegistryTests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<ModelStore> _stores = [];
    private int _stored;
    private readonly string _prefix = Guid.NewGuid().ToString("N");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _stores.ForEach(static store => store.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task A_promotion_finds_a_version_that_another_machine_has_registered()
    {
        var (one, two) = (Open("one"), Open("two"));
        Register(one, "v2");
        await one.ShareAsync("default", "v2", Cancellation);

        await two.PrepareAsync(Promotion("v2"), ModelHistory.Of([]), Cancellation);

        Assert.Equal([("default", "v2")], two.Packages.ListVersions());
        Assert.True(Assert.Single(await two.ListAsync(null, Cancellation)) is { IsLocal: true, Stored: not null });
    }

    [Fact]
    public async Task A_promotion_uploads_a_version_that_only_the_directory_has()
    {
        var (one, two) = (Open("one"), Open("two"));
        Register(one, "v2");

        await one.PrepareAsync(Promotion("v2"), ModelHistory.Of([]), Cancellation);

        Assert.True(Assert.Single(await two.ListAsync(null, Cancellation)) is { Version: "v2", IsLocal: false, Stored: not null });
    }

    [Fact]
    public async Task A_version_of_the_same_name_that_is_another_package_is_refused()
    {
        var (one, two) = (Open("one"), Open("two"));
        Register(one, "v2");
        await one.ShareAsync("default", "v2", Cancellation);
        TinyModel.Save(two.Packages.Resolve("default/v2"), "another");

        var error = await Assert.ThrowsAsync<ModelPackageException>(() => two.ShareAsync("default", "v2", Cancellation));

        Assert.Contains("import it with another --version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_order_of_the_versions_is_that_of_their_uploads_on_every_machine()
    {
        var (one, two) = (Open("one"), Open("two"));
        foreach (var version in (string[])["v9", "v10", "v11"])
            await StoreAsync(one, version);
        await two.FetchAsync("default", "v11", Cancellation);
        await two.FetchAsync("default", "v9", Cancellation);

        Assert.Equal(["v9", "v10", "v11"], (await two.ListAsync("default", Cancellation)).Select(static version => version.Version));
    }

    [Fact]
    public async Task Retention_sees_the_versions_of_the_store_and_their_base_packages_and_removal_reaches_the_store()
    {
        var (one, two) = (Open("one"), Open("two"));
        foreach (var version in (string[])["v1", "v2", "v3", "v4"])
            await StoreAsync(one, version, parent: version == "v4" ? "v2" : null);

        var removable = await new VersionRetention(two).FindRemovableAsync("default", ModelHistory.Of([]), 1, Cancellation);
        Assert.Equal(["v1", "v3"], removable); // v4 is the newest one and an adapter of v2
        await two.RemoveAsync("default", "v1", Cancellation);

        Assert.Equal(["v2", "v3", "v4"], (await two.ListAsync("default", Cancellation)).Select(static version => version.Version));
        Assert.True((await one.ListAsync("default", Cancellation)).Single(static version => version.Version == "v1").Stored is null);
    }

    [Fact]
    public async Task An_adapter_is_stored_and_downloaded_with_the_package_that_it_builds_on()
    {
        var (one, two) = (Open("one"), Open("two", verify: static _ => { }));
        Register(one, "v1");
        Register(one, "v2", parent: "v1");

        await one.ShareAsync("default", "v2", Cancellation);
        await two.FetchAsync("default", "v2", Cancellation);

        Assert.Equal(["v1", "v2"], two.Packages.ListVersions().Select(static version => version.Version).Order());
    }

    private static PromotionRequested Promotion(string version) =>
        new() { Model = "default", Version = version, By = "anna", OccurredAt = DateTimeOffset.UnixEpoch };

    private ModelRegistry Open(string machine, Action<string>? verify = null)
    {
        var options = server.Options(_prefix, _folder[machine]);
        var store = new ModelStore(options, new(ModelPackage.ReadBaseName, verify ?? ModelPackage.Verify), TimeProvider.System);
        _stores.Add(store);
        return new(new(options.Directory, _folder["shipped"]), store);
    }

    /// <summary>Registers and stores a version, a minute after the one before.</summary>
    private async Task StoreAsync(ModelRegistry registry, string version, string? parent = null)
    {
        Register(registry, version, parent);
        await registry.ShareAsync("default", version, Cancellation);
        server.SetTime($"{_prefix}/default/{version}/SHA256SUMS", DateTimeOffset.UnixEpoch.AddMinutes(++_stored));
    }

    /// <summary>Writes a version; one with a parent states that it is an adapter of it.</summary>
    private static void Register(ModelRegistry registry, string version, string? parent = null)
    {
        var path = registry.Packages.Resolve(ModelDirectory.NameOf("default", version));
        TinyModel.Save(path, version);
        if (parent is null)
            return;
        File.WriteAllText(
            Path.Combine(path, "streambert.json"),
            $$"""{"version": "{{version}}", "heads": [], "maxTokens": 32, "base": {"name": "{{parent}}", "sha256": "00"} }""");
    }
}
