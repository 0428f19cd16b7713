using System.Runtime.CompilerServices;
using StreamBert.Cli.Backtests.Sources;
using StreamBert.Cli.Errors;
using StreamBert.Contracts;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Backtests.Sources;

/// <summary>Tests what the cache of classifications keeps in its file and what in memory.</summary>
public sealed class ClassificationCacheTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ClassificationCacheTests()
    {
        Directory.CreateDirectory(_folder["model"]);
        File.WriteAllText(_folder["model/config.json"], "{}");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Classifications_are_found_again_by_another_process_to_the_last_bit()
    {
        using var cache = Open();
        var stored = Classification("Oil falls", 0.1f + 0.2f);
        cache.Add([stored, Classification("Gold rises", 1)]);
        using var other = Open(); // while the first is open

        var found = other.Find([stored.Key, ClassificationCache.KeyOf("Tin"), stored.Key]);

        var (key, classification) = Assert.Single(found);
        Assert.Equal((stored.Key, stored.Embedding[0], stored.Tokens), (key, classification.Embedding[0], classification.Tokens));
        Assert.Equal(stored.Heads["sentiment"].Confidence, classification.Heads["sentiment"].Confidence);
    }

    [Fact]
    public void A_known_text_keeps_its_first_classification()
    {
        using var cache = Open();
        cache.Add([Classification("Oil", 1)]);
        cache.Add([Classification("Oil", 2), Classification("Oil", 3)]);

        Assert.Equal(1, cache.Find([ClassificationCache.KeyOf("Oil")]).Values.Single().Embedding[0]);
    }

    [Fact]
    public void Memory_holds_no_classification_that_was_stored_or_found()
    {
        using var cache = Open();
        List<WeakReference> references = [.. Enumerable.Range(0, 100).SelectMany(number => StoreAndFind(cache, number))];

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.Equal(200, references.Count);
        Assert.DoesNotContain(references, static reference => reference.IsAlive);
    }

    [Fact]
    public void Another_model_has_another_file()
    {
        using (var cache = Open())
            cache.Add([Classification("Oil", 1)]);
        File.WriteAllText(_folder["model/config.json"], "{ }");

        using var other = Open();

        Assert.Empty(other.Find([ClassificationCache.KeyOf("Oil")]));
        Assert.Equal(2, Directory.GetFiles(_folder["cache"], "*.sqlite").Length);
    }

    [Fact]
    public void A_damaged_file_is_refused_with_what_to_do()
    {
        Open().Dispose();
        File.WriteAllText(Assert.Single(Directory.GetFiles(_folder["cache"], "*.sqlite")), new('x', 8192));

        Assert.Contains("delete it", Assert.Throws<CliException>(Open).Message, StringComparison.Ordinal);
    }

    /// <summary>A method of its own, so that no local variable keeps the classifications alive.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] StoreAndFind(ClassificationCache cache, int number)
    {
        var stored = Classification($"text {number}", number);
        cache.Add([stored]);
        return [new(stored.Embedding), new(cache.Find([stored.Key])[stored.Key].Embedding)];
    }

    private static CachedClassification Classification(string text, float embedding) => new(
        ClassificationCache.KeyOf(text),
        new Dictionary<string, HeadPrediction> { ["sentiment"] = new("negative", 1 / 3.0, new Dictionary<string, double>()) },
        Tokens: 3, UnknownTokens: 0, Truncated: false, Entities: null, Embedding: [embedding, 0, 1]);

    private ClassificationCache Open() => new(_folder["cache"], _folder["model"]);
}
