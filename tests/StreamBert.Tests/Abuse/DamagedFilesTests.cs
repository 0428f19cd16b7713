using System.Globalization;
using StackExchange.Redis;
using StreamBert.Cli.Embedded;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Packages;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Settings;
using StreamBert.Tests.Inference.Serving;
using StreamBert.Tests.Model;
using StreamBert.Tests.Privacy;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// Changes single bytes and truncates files other than the log, from a seed: each damage is detected and reported, or proves harmless by
/// unchanged results. All 1,000 of each kind run with <c>STREAMBERT_FULL=1</c>.
/// </summary>
public sealed class DamagedFilesTests : IDisposable
{
    private static readonly bool Full = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1";
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly Random _random = new(20261128);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_model_package_is_refused_with_the_name_of_the_damaged_file()
    {
        var package = _folder["package"];
        TinyPackage.Write(package, "v1", "sentiment");
        foreach (var _ in Enumerable.Range(0, Full ? 1_000 : 120))
        {
            var (file, whole) = Damage(package);

            var refusal = Assert.Throws<ModelPackageException>(() => ModelPackage.Verify(package));
            Assert.True(refusal.Message.Contains(Path.GetFileName(file), StringComparison.Ordinal)
                || file.EndsWith(PackageChecksums.FileName, StringComparison.Ordinal), refusal.Message);
            Assert.Contains(PackageChecksums.FileName, refusal.Message, StringComparison.Ordinal);
            Assert.Throws<ModelPackageException>(() => TextClassifier.Load(package));
            File.WriteAllBytes(file, whole);
        }
        TextClassifier.Load(package).Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void A_damaged_key_file_never_yields_other_or_new_keys(string? master)
    {
        string[] subjects = [.. Enumerable.Range(0, 60)
            .Select(static number => string.Create(CultureInfo.InvariantCulture, $"subject {number}"))];
        Dictionary<string, byte[]> made;
        using (var keys = TestKeys.In(_folder["keys"], master))
        {
            made = keys.GetOrCreate(subjects).ToDictionary(static key => key.Key, static key => key.Value.Bytes);
            keys.Erase("subject 7", Now);
            made.Remove("subject 7");
        }
        var (found, harmless) = (0, 0);
        foreach (var _ in Enumerable.Range(0, Full ? 1_000 : 120))
        {
            var (file, whole) = Damage(_folder["keys"], KeyFile.Name);
            using (var keys = TestKeys.In(_folder["keys"], master))
            {
                try
                {
                    var known = keys.GetOrCreate([.. made.Keys]);
                    Assert.All(made, key => Assert.Equal(key.Value, known[key.Key].Bytes));
                    harmless++;
                }
                catch (Exception e) when (e is KeysDamagedException or ConfigurationException)
                {
                    Assert.Contains(_folder["keys"], e.Message, StringComparison.Ordinal);
                    found++;
                }
            }

            File.WriteAllBytes(file, whole);
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"keys.db ({(master is null ? "plain" : "under a master key")}): {found} found "
            + $"and named, {harmless} harmless: every key as it was");
        using var restored = TestKeys.In(_folder["keys"], master);
        Assert.All(made, key => Assert.Equal(key.Value, restored.GetOrCreate([key.Key])[key.Key].Bytes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_emptied_or_deleted_key_file_is_not_created_again(bool deleted)
    {
        using (var keys = TestKeys.In(_folder["keys"]))
            keys.GetOrCreate(["ann"]);
        var file = Path.Combine(_folder["keys"], KeyFile.Name);
        if (deleted)
            File.Delete(file);
        else
            File.WriteAllBytes(file, []);

        using var after = TestKeys.In(_folder["keys"]);
        Assert.True(after.FileExists);
        Assert.Contains(
            deleted ? "missing" : "empty",
            Assert.Throws<KeysDamagedException>(() => after.GetOrCreate(["bob"])).Message,
            StringComparison.Ordinal);
        Assert.NotEqual(deleted, File.Exists(file));
    }

    [Fact]
    public async Task A_damaged_state_store_is_discarded_with_the_name_of_the_damaged_file()
    {
        var directory = _folder["state"];
        foreach (var _ in Enumerable.Range(0, Full ? 40 : 3))
        {
            await FillAsync(directory);
            var (file, _) = Damage(Path.Combine(directory, "garnet"));
            await using var state = new EmbeddedStateServer(directory);

            Assert.Contains(Path.GetFileName(file), state.Start(), StringComparison.Ordinal);

            await using var redis = await ConnectionMultiplexer.ConnectAsync(state.ConnectionString);
            Assert.True((await redis.GetDatabase().StringGetAsync("key")).IsNull);
        }
    }

    [Fact]
    public void The_checksums_of_the_state_store_detect_every_damage()
    {
        var (directory, files) = (_folder["list"], Directory.CreateDirectory(Path.Combine(_folder["list"], "garnet")).FullName);
        foreach (var name in (string[])["log.0", "checkpoint", "info"])
            File.WriteAllBytes(Path.Combine(files, name), Enumerable.Range(0, 300).Select(_ => (byte)_random.Next(256)).ToArray());
        var list = new FileChecksums(directory, files);
        list.Write();
        foreach (var _ in Enumerable.Range(0, 1_000))
        {
            var (file, whole) = Damage(directory);

            Assert.NotNull(list.FindDamage());
            File.WriteAllBytes(file, whole);
        }
        Assert.Null(list.FindDamage());
    }

    private static async Task FillAsync(string directory)
    {
        await using var state = new EmbeddedStateServer(directory);
        state.Start();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(state.ConnectionString);
        await redis.GetDatabase().StringSetAsync("key", new string('v', 5_000));
    }

    /// <summary>Changes one byte of one file, or truncates it.</summary>
    private (string File, byte[] Whole) Damage(string directory, string pattern = "*")
    {
        string[] files = [.. Directory.EnumerateFiles(directory, pattern, SearchOption.AllDirectories)
            .Where(static file => new FileInfo(file).Length > 0)
            .Order(StringComparer.Ordinal)];
        var file = files[_random.Next(files.Length)];
        var whole = File.ReadAllBytes(file);
        var damaged = whole.ToArray();
        if (_random.Next(5) == 0)
            damaged = damaged[.._random.Next(damaged.Length)];
        else
            damaged[_random.Next(damaged.Length)] ^= (byte)_random.Next(1, 256);
        File.WriteAllBytes(file, damaged);
        return (file, whole);
    }
}
