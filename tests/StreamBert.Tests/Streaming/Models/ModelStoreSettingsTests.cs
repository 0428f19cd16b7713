using StreamBert.Streaming.Models;
using StreamBert.Streaming.Settings;
using StreamBert.Tests.Model;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Streaming.Models;

/// <summary>Tests the model store without a server.</summary>
public sealed class ModelStoreSettingsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("models", null)]
    [InlineData("s3://", null)]
    [InlineData("https://bucket.s3.amazonaws.com", null)]
    [InlineData("s3://key:secret@bucket", null)]
    [InlineData("s3://bucket/a/../b c", null)]
    [InlineData("s3://bucket", "localhost:9000")]
    [InlineData("s3://bucket", "http://key:secret@localhost:9000")]
    public void An_invalid_address_is_refused_with_the_setting(string address, string? endpoint)
    {
        var error = Assert.Throws<ConfigurationException>(
            () => TestStores.Open(new() { Store = address, S3 = new() { Endpoint = endpoint } }));

        Assert.Contains("Models:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_store_the_directory_is_the_registry()
    {
        using var folder = new TempFolder();
        TinyModel.Save(Path.Combine(folder.Path, "default", "v1"), "v1");

        Assert.False(TestStores.None.IsConfigured);
        Assert.Empty(await TestStores.None.ListAsync(null, Cancellation));
        Assert.True(await TestStores.None.UploadAsync(folder.Path, "default/v1", mayReplace: false, Cancellation));
        Assert.True(await TestStores.None.DownloadAsync(folder.Path, "default/v1", Cancellation));
        Assert.False(await TestStores.None.DownloadAsync(folder.Path, "default/v2", Cancellation));
        await TestStores.None.RemoveAsync("default/v1", Cancellation);
        Assert.True(Directory.Exists(Path.Combine(folder.Path, "default", "v1")));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_named_with_what_to_do_and_leaves_nothing_behind()
    {
        using var folder = new TempFolder();
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "S3RVER");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "S3RVER");
        var endpoint = $"http://127.0.0.1:{S3Server.GetFreePort()}";
        using var store = TestStores.Open(
            new() { Store = "s3://bucket/models", S3 = new() { Endpoint = endpoint, ForcePathStyle = true } });

        var error = await Assert.ThrowsAsync<ModelStoreException>(() => store.DownloadAsync(folder.Path, "default/v1", Cancellation));

        Assert.Contains($"The model store s3://bucket/models at {endpoint} cannot", error.Message, StringComparison.Ordinal);
        Assert.Contains("Models:S3:Endpoint", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("S3RVER", error.Message, StringComparison.Ordinal);
        Assert.Empty(new DirectoryInfo(Path.Combine(folder.Path, "default")).EnumerateDirectories());
    }
}
