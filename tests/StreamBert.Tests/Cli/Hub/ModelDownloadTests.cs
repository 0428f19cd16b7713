using System.Text;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Hub;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Tests.Model.Packages;
using StreamBert.Tests.Model.SafeTensors;

namespace StreamBert.Tests.Cli.Hub;

/// <summary>Tests which files of a repository are downloaded.</summary>
public sealed class ModelDownloadTests : IDisposable
{
    private const string Weights = HubDownload.Weights;
    private readonly HubDownload _download = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_files_of_the_model_are_downloaded()
    {
        await using var server = await _download.StartServerAsync();
        server.Files.Remove("streambert.json");
        foreach (var name in (string[])["README.md", "pytorch_model.bin", "training_args.bin", "run.py"])
            server.Files.Add(name, [1]);

        var directory = await _download.RunAsync(server);

        Assert.Equal(
            ["config.json", Weights, "vocab.txt"],
            Directory.EnumerateFiles(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["config.json", Weights, "vocab.txt"], server.Asked.Order(StringComparer.Ordinal));
        Assert.Equal(server.Files[Weights], await File.ReadAllBytesAsync(Path.Combine(directory, Weights), Cancellation));
        Assert.Equal(server.Files[Weights].Length, _download.Progress.Last.Done);
    }

    [Fact]
    public async Task A_sharded_model_is_downloaded_with_its_shards()
    {
        Shards.Split(_download.Package, 3);
        await using var server = await _download.StartServerAsync();
        server.Files.Add("other.safetensors", [1]);

        var directory = await _download.RunAsync(server);
        File.Copy(Path.Combine(_download.Package, "streambert.json"), Path.Combine(directory, "streambert.json"));

        Assert.DoesNotContain("other.safetensors", server.Asked);
        using var model = TextClassifier.Load(directory);
        Assert.Equal("v1", model.Version);
    }

    [Fact]
    public async Task All_files_are_downloaded_from_the_commit_of_the_revision()
    {
        await using var server = await _download.StartServerAsync();

        var directory = await _download.RunAsync(server, model: HubModel.Parse("acme/tiny", "refs/pr/1"));

        Assert.EndsWith(HubServer.Commit, directory, StringComparison.Ordinal);
        Assert.All(
            server.Requests.Where(static r => r.Path.Contains("/resolve/", StringComparison.Ordinal)),
            static r => Assert.Contains(HubServer.Commit, r.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_that_is_too_large_is_refused_before_its_weights_are_requested()
    {
        await using var server = await _download.StartServerAsync();

        var refusal = await Assert.ThrowsAsync<CliException>(() => _download.RunAsync(server, maxBytes: 3000));

        Assert.Contains("--max-size", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Weights, server.Asked);
    }

    [Fact]
    public async Task A_model_that_has_only_a_pickle_is_refused_with_a_remedy()
    {
        await using var server = await _download.StartServerAsync();
        server.Files.Remove(Weights);
        server.Files.Add("pytorch_model.bin", [1]);

        var refusal = await Assert.ThrowsAsync<CliException>(() => _download.RunAsync(server));

        Assert.Contains("only pytorch_model.bin", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("refs/pr/NUMBER", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task A_repository_that_is_not_a_model_is_refused()
    {
        await using var server = await HubServer.StartAsync();
        server.Files.Add("README.md", [1]);

        Assert.Contains(
            "has no config.json",
            (await Assert.ThrowsAsync<CliException>(() => _download.RunAsync(server))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.safetensors", "has no missing.safetensors")]
    [InlineData("../../evil.safetensors", "only a plain name")]
    public async Task An_index_with_a_missing_shard_or_a_path_is_refused(string shard, string complaint)
    {
        await using var server = await _download.StartServerAsync();
        server.Files.Remove(Weights);
        server.Files.Add("model.safetensors.index.json", Encoding.UTF8.GetBytes($$$"""{"weight_map":{"a":"{{{shard}}}"}}"""));

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => _download.RunAsync(server));

        Assert.True(refusal is CliException or ModelPackageException, refusal.ToString());
        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _download.Dispose();
}
