using CsCheck;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Tests.Inference.Serving;

namespace StreamBert.Tests.Model.Packages;

/// <summary>Loads damaged packages: the result is a model or a clear error message.</summary>
public sealed class ModelPackageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("config.json")]
    [InlineData("streambert.json")]
    [InlineData("vocab.txt")]
    [InlineData("model.safetensors")]
    public void A_damaged_file_is_refused_with_a_message_or_loads(string name)
    {
        TinyPackage.Write(_folder["package"], "v1", "sentiment");
        var path = Path.Combine(_folder["package"], name);
        var whole = File.ReadAllBytes(path);
        Gen.Select(Gen.Int[0, Math.Min(whole.Length, 2000) - 1], Gen.Int[0, 9], Gen.Byte).Array[1, 3].Sample(damages =>
        {
            File.WriteAllBytes(
                path,
                damages.Aggregate(whole, static (bytes, damage) => Damaged(bytes, damage.Item1, damage.Item2, damage.Item3)));
            try
            {
                TextClassifier.Load(_folder["package"]).Dispose();
            }
            catch (ModelPackageException refusal)
            {
                return refusal.Message.Contains(_folder["package"], StringComparison.Ordinal);
            }
            return true;
        }, iter: 200, threads: 1);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Changes a byte or a digit, or removes some bytes.</summary>
    private static byte[] Damaged(byte[] bytes, int at, int length, byte value)
    {
        at = Math.Min(at, bytes.Length - 1);
        if (at < 0)
            return bytes;
        return length switch
        {
            0 => [.. bytes[..at], value, .. bytes[(at + 1)..]],
            1 => [.. bytes[..at], (byte)('0' + value % 10), .. bytes[(at + 1)..]],
            _ => [.. bytes[..at], .. bytes[Math.Min(at + length, bytes.Length)..]],
        };
    }
}
