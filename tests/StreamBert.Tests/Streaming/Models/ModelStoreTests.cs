using System.Security.Cryptography;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Models;
using StreamBert.Tests.Model;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Streaming.Models;

/// <summary>Tests the model store on a real server with the API of S3.</summary>
public sealed class ModelStoreTests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private const string Name = "default/v1";
    private readonly TempFolder _folder = new();
    private readonly string _prefix = Guid.NewGuid().ToString("N");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_version_that_one_machine_stores_is_downloaded_by_another_with_the_same_bytes()
    {
        using var store = Open();
        TinyModel.Save(PathOf("one", Name), "v1");

        Assert.True(await store.UploadAsync(_folder["one"], Name, mayReplace: false, Cancellation));
        Assert.True(await store.DownloadAsync(_folder["two"], Name, Cancellation));

        ModelPackage.Verify(PathOf("two", Name));
        Assert.Equal(ModelPackage.ComputeFingerprint(PathOf("one", Name)), ModelPackage.ComputeFingerprint(PathOf("two", Name)));
        var stored = Assert.Single(await store.ListAsync(null, Cancellation));
        Assert.Equal(("default", "v1"), (stored.Model, stored.Version));
        Assert.Equal(new DirectoryInfo(PathOf("one", Name)).EnumerateFiles().Sum(static file => file.Length), stored.Bytes);
        Assert.Equal(["v1"], new DirectoryInfo(Path.Combine(_folder["two"], "default")).EnumerateDirectories().Select(static d => d.Name));
    }

    [Fact]
    public async Task A_version_never_changes_except_by_a_run_that_was_interrupted_before_its_events()
    {
        using var store = Open();
        TinyModel.Save(PathOf("one", Name), "v1");
        TinyModel.Save(PathOf("two", Name), "another");
        await store.UploadAsync(_folder["one"], Name, mayReplace: false, Cancellation);

        Assert.True(await store.UploadAsync(_folder["one"], Name, mayReplace: false, Cancellation)); // it is there
        Assert.False(await store.UploadAsync(_folder["two"], Name, mayReplace: false, Cancellation));
        await store.DownloadAsync(_folder["three"], Name, Cancellation);
        Assert.Equal("v1", ModelPackage.ReadManifest(PathOf("three", Name)).Version);

        Assert.True(await store.UploadAsync(_folder["two"], Name, mayReplace: true, Cancellation));
        await store.DownloadAsync(_folder["four"], Name, Cancellation);
        Assert.Equal("another", ModelPackage.ReadManifest(PathOf("four", Name)).Version);
    }

    [Fact]
    public async Task An_upload_that_ends_after_any_number_of_files_is_no_version_and_the_next_one_completes_it()
    {
        using var store = Open();
        using var bucket = new S3Bucket(Options.Store!, Options.S3, TimeProvider.System);
        TinyModel.Save(PathOf("one", Name), "v1");
        await bucket.UploadAsync(Path.Combine(PathOf("one", Name), "config.json"), $"{Name}/removed-later.json", Cancellation);
        foreach (var file in new DirectoryInfo(PathOf("one", Name)).EnumerateFiles().Where(static file => file.Name != "SHA256SUMS"))
        {
            await bucket.UploadAsync(file.FullName, $"{Name}/{file.Name}", Cancellation);

            Assert.Empty(await store.ListAsync(null, Cancellation));
            Assert.False(await store.DownloadAsync(_folder["two"], Name, Cancellation));
            Assert.False(Directory.Exists(PathOf("two", Name)));
        }

        await store.UploadAsync(_folder["one"], Name, mayReplace: false, Cancellation);
        Assert.True(await store.DownloadAsync(_folder["two"], Name, Cancellation));
        Assert.False(File.Exists(Path.Combine(PathOf("two", Name), "removed-later.json")));
    }

    [Fact]
    public async Task What_a_killed_download_has_left_is_no_version_and_does_not_hinder_the_next_one()
    {
        using var store = Open();
        TinyModel.Save(PathOf("one", Name), "v1");
        await store.UploadAsync(_folder["one"], Name, mayReplace: false, Cancellation);
        var partial = Directory.CreateDirectory(PathOf("two", Name) + ".download.partial").FullName;
        await File.WriteAllTextAsync(Path.Combine(partial, "model.safetensors"), "half", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_folder["two"], "default", ".v1.lock"), "", Cancellation);
        var directory = new StreamBert.Training.Registry.ModelDirectory(_folder["two"], _folder["shipped"]);

        Assert.Empty(directory.ListVersions());
        Assert.True(await store.DownloadAsync(_folder["two"], Name, Cancellation));

        ModelPackage.Verify(PathOf("two", Name));
        Assert.Equal([("default", "v1")], directory.ListVersions());
        Assert.False(Directory.Exists(partial));
    }

    [Fact]
    public async Task A_version_that_was_damaged_in_the_store_does_not_appear_in_the_directory()
    {
        using var store = Open();
        using var bucket = new S3Bucket(Options.Store!, Options.S3, TimeProvider.System);
        TinyModel.Save(PathOf("one", Name), "v1");
        await store.UploadAsync(_folder["one"], Name, mayReplace: false, Cancellation);
        var weights = await File.ReadAllBytesAsync(Path.Combine(PathOf("one", Name), "model.safetensors"), Cancellation);
        weights[^1] ^= 1;
        await File.WriteAllBytesAsync(_folder["damaged"], weights, Cancellation);
        await bucket.UploadAsync(_folder["damaged"], $"{Name}/model.safetensors", Cancellation);

        var error = await Assert.ThrowsAsync<ModelStoreException>(() => store.DownloadAsync(_folder["two"], Name, Cancellation));

        Assert.Contains("model.safetensors is damaged", error.Message, StringComparison.Ordinal);
        Assert.Empty(new DirectoryInfo(Path.Combine(_folder["two"], "default")).EnumerateDirectories());
    }

    [Fact]
    public async Task A_large_file_is_stored_in_parts_and_read_back()
    {
        using var bucket = new S3Bucket($"{Options.Store}", Options.S3, TimeProvider.System);
        var content = RandomNumberGenerator.GetBytes(40 << 20);
        await File.WriteAllBytesAsync(_folder["large"], content, Cancellation);

        await bucket.UploadAsync(_folder["large"], "large", Cancellation);
        await using (var copy = File.Create(_folder["copy"]))
            Assert.True(await bucket.DownloadAsync("large", copy, Cancellation));

        Assert.Equal(SHA256.HashData(content), SHA256.HashData(await File.ReadAllBytesAsync(_folder["copy"], Cancellation)));
    }

    [Fact]
    public async Task Several_downloads_of_one_version_at_once_give_one_complete_version()
    {
        using var store = Open();
        TinyModel.Save(PathOf("one", Name), "v1");
        await store.UploadAsync(_folder["one"], Name, mayReplace: false, Cancellation);

        var present = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.DownloadAsync(_folder["two"], Name, Cancellation)));

        Assert.All(present, Assert.True);
        ModelPackage.Verify(PathOf("two", Name));
    }

    [Fact]
    public async Task A_removed_version_is_gone_and_another_one_whose_name_it_begins_is_not()
    {
        using var store = Open();
        foreach (var version in (string[])["v1", "v10"])
        {
            TinyModel.Save(PathOf("one", $"default/{version}"), version);
            await store.UploadAsync(_folder["one"], $"default/{version}", mayReplace: false, Cancellation);
        }

        await store.RemoveAsync(Name, Cancellation);

        Assert.Equal("v10", Assert.Single(await store.ListAsync("default", Cancellation)).Version);
        Assert.False(await store.DownloadAsync(_folder["two"], Name, Cancellation));
    }

    [Theory]
    [InlineData("../v1")]
    [InlineData("default/../v1")]
    [InlineData("/etc/passwd")]
    [InlineData("default/v1/more")]
    public async Task Only_names_of_versions_are_downloaded(string name)
    {
        using var store = Open();

        Assert.False(await store.DownloadAsync(_folder["two"], name, Cancellation));
        Assert.False(Directory.Exists(_folder["two"]));
    }

    [Fact]
    public async Task A_bucket_that_does_not_exist_is_named_with_what_to_do()
    {
        var options = Options;
        using var store = TestStores.Open(new() { Store = "s3://missing/a", S3 = options.S3 });

        var error = await Assert.ThrowsAsync<ModelStoreException>(() => store.ListAsync(null, Cancellation));

        Assert.Contains("s3://missing/a", error.Message, StringComparison.Ordinal);
        Assert.Contains("Create the bucket, or correct Models:Store", error.Message, StringComparison.Ordinal);
    }

    private ModelsOptions Options => server.Options(_prefix, _folder["one"]);

    private ModelStore Open() => TestStores.Open(Options);

    private string PathOf(string root, string name) => Path.Combine(_folder[root], name);
}
