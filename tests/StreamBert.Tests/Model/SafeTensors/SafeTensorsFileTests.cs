using System.Text;
using CsCheck;
using StreamBert.Model;
using StreamBert.Model.SafeTensors;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.SafeTensors;

public sealed class SafeTensorsFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Written_tensors_are_read_back()
    {
        var file = _folder["weights.safetensors"];
        Gen.Float[-1000, 1000].Array[1, 40].Array[1, 5].Sample(tensors =>
        {
            using var scope = NewDisposeScope();
            SafeTensorsWriter.Write(file, tensors.Select(static (values, i) => ($"t{i}", tensor(values))).ToList(), isHalf: false);
            using var read = SafeTensorsFile.Open(file);
            return tensors.Select((values, i) => values.SequenceEqual(read.Read($"t{i}", values.Length).data<float>().ToArray()))
                .All(static equal => equal);
        }, iter: 50, threads: 1);
    }

    [Fact]
    public void Half_precision_keeps_three_digits()
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(_folder["half"], [("t", tensor([1.2345f, -0.001f, 100f]))], isHalf: true);
        using var read = SafeTensorsFile.Open(_folder["half"]);

        Assert.All(
            read.Read("t").data<float>().ToArray().Zip([1.2345f, -0.001f, 100f]),
            static pair => Assert.Equal(pair.Second, pair.First, Math.Abs(pair.Second) * 1e-3));
    }

    [Theory]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"u":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
        "lets tensor 'u' overlap another")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,800]}}""", "places tensor 't' outside the file")]
    [InlineData("""{"t":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "gives tensor 't' 8 bytes where its shape needs 12")]
    [InlineData("""{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}""", "has a malformed entry for tensor 't'")]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""",
        "gives tensor 't' the shape [4611686018427387904, 4], which the file cannot hold")]
    [InlineData("""{"t":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}""", "has a malformed entry for tensor 't'")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""", "has a malformed entry for tensor 't'")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "places tensor 't' outside the file")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8,12]}}""", "has a malformed entry for tensor 't'")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "has a malformed entry for tensor 't'")]
    [InlineData("""{"t":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "has a malformed entry for tensor 't'")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2]}}""", "has a malformed entry for tensor 't'")]
    [InlineData("""{"t":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}""", "gives tensor 't' the unknown type 'C64'")]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"t":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
        "names tensor 't' twice")]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"u":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
        "has 4 bytes before tensor 'u' that belong to no tensor")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "ends with 8 bytes that belong to no tensor")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "whose name is not valid Unicode")]
    [InlineData("""{"t":5}""", "has a malformed entry for tensor 't'")]
    [InlineData("""{"t":{"dtype":[[[[[[[[[[]]]]]]]]]]}}""", "has a malformed entry for tensor 't'")]
    [InlineData("""{"__metadata__":[[[[[[[[[[]]]]]]]]]]}""", "not JSON")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("{no json", "not JSON")]
    [InlineData("""{} {}""", "not JSON")]
    [InlineData("\0\0", "not JSON")]
    public void An_invalid_header_is_refused_with_the_name_of_the_tensor(string header, string complaint)
    {
        Write(header, new byte[12]);

        var refusal = Assert.Throws<ModelPackageException>(() => SafeTensorsFile.Open(_folder["bad"]));

        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith(_folder["bad"], refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_of_gigabytes_is_refused_before_anything_is_allocated()
    {
        File.WriteAllBytes(_folder["bad"], [.. BitConverter.GetBytes(1L << 40), .. "{}"u8]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ModelPackageException>(() => SafeTensorsFile.Open(_folder["bad"]));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void More_than_a_hundred_thousand_tensors_are_refused()
    {
        Write("{" + string.Join(',', Enumerable.Range(0, 100_001).Select(static i => $$"""
            "t{{i}}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}
            """)) + "}", []);

        Assert.Contains("more than 100000 tensors", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PK\u0003\u0004\0\0\u0008\u0008\0\0archive/data.pkl", "a zip archive")]
    [InlineData("\u0080\u0002}q\0X\u0005\0\0model", "a pickle")]
    [InlineData("\u0080\u0005\u0095\u000b\0\0\0\0", "a pickle")]
    public void A_pickle_under_another_name_is_refused_with_advice(string start, string kind)
    {
        File.WriteAllBytes(_folder["bad"], Encoding.Latin1.GetBytes(start));

        var refusal = Refusal();

        Assert.Contains(kind, refusal, StringComparison.Ordinal);
        Assert.Contains("save_pretrained", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_length_that_begins_like_a_pickle_is_accepted()
    {
        const int LikeAPickle = 0x0280;
        Write("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""".PadRight(LikeAPickle), new byte[4]);

        using var file = SafeTensorsFile.Open(_folder["bad"]);

        Assert.Equal(["t"], file.Names);
    }

    [Theory]
    [InlineData("F64", 8)]
    [InlineData("F32", 4)]
    [InlineData("F16", 2)]
    [InlineData("BF16", 2)]
    public void Every_floating_point_type_is_read_as_float32(string type, int size)
    {
        using var scope = NewDisposeScope();
        var one = type switch
        {
            "F64" => tensor([1.5]).bytes,
            "F32" => tensor([1.5f]).bytes,
            "F16" => tensor([1.5f]).to(ScalarType.Float16)
            .bytes,
            _ => tensor([1.5f]).to(ScalarType.BFloat16).bytes
        };
        Write(OneTensor(type, 1, size), one.ToArray());
        using var file = SafeTensorsFile.Open(_folder["bad"]);

        Assert.Equal([1.5f], file.Read("t", 1).data<float>().ToArray());
    }

    [Theory]
    [InlineData("I64", 8)]
    [InlineData("I32", 4)]
    [InlineData("U8", 1)]
    [InlineData("BOOL", 1)]
    [InlineData("F8_E4M3", 1)]
    public void Tensors_that_are_not_read_may_have_any_type_but_weights_may_not(string type, int size)
    {
        Write(OneTensor(type, 3, 3 * size), new byte[3 * size]);
        using var file = SafeTensorsFile.Open(_folder["bad"]);

        Assert.Equal([3], file.GetShape("t"));
        Assert.Contains(
            $"holds tensor 't' as {type}",
            Assert.Throws<ModelPackageException>(() => file.Read("t", 3)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_truncated_anywhere_is_refused()
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(_folder["whole"], [("t", ones(3, 2)), ("u", ones(4))], isHalf: false);
        var whole = File.ReadAllBytes(_folder["whole"]);

        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_folder["bad"], whole[..length]);
            Assert.StartsWith(_folder["bad"], Refusal(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_damaged_file_is_refused_or_returns_tensors_of_the_requested_shapes()
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(_folder["whole"], [("t", ones(3, 2)), ("u", ones(4))], isHalf: true);
        var whole = File.ReadAllBytes(_folder["whole"]);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[0, 3], Gen.Byte, Gen.Int[0, 12]).Array[1, 4].Sample(damages =>
        {
            File.WriteAllBytes(
                _folder["bad"],
                damages.Aggregate(whole, static (bytes, damage) => Damaged(bytes, damage.Item1, damage.Item2, damage.Item3, damage.Item4)));
            try
            {
                using var file = SafeTensorsFile.Open(_folder["bad"]);
                using var t = file.Read("t", 3, 2);
                using var u = file.Read("u", 4);
                return t.shape is [3, 2] && u.shape is [4];
            }
            catch (ModelPackageException refusal)
            {
                return refusal.Message.StartsWith(_folder["bad"], StringComparison.Ordinal);
            }
        }, iter: 3000, threads: 1);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_but_never_crash()
    {
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            File.WriteAllBytes(_folder["any"], bytes);
            try
            {
                SafeTensorsFile.Open(_folder["any"]).Dispose();
            }
            catch (ModelPackageException)
            {
                // an invalid file is refused with a message
            }
        }, iter: 500, threads: 1);
    }

    [Fact]
    public void A_missing_tensor_and_a_wrong_shape_are_reported_by_name()
    {
        Write("""{"t":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", new byte[12]);
        using var file = SafeTensorsFile.Open(_folder["bad"]);

        Assert.Contains("lacks tensor 'u'", Assert.Throws<ModelPackageException>(() => file.Read("u")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "tensor 't' has shape [3], expected [4]",
            Assert.Throws<ModelPackageException>(() => file.Read("t", 4)).Message,
            StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Refusal() => Assert.Throws<ModelPackageException>(() => SafeTensorsFile.Open(_folder["bad"])).Message;

    private static string OneTensor(string type, int count, int bytes) =>
        $$$"""{"t":{"dtype":"{{{type}}}","shape":[{{{count}}}],"data_offsets":[0,{{{bytes}}}]}}""";

    /// <summary>Changes a byte, removes a range, duplicates a range, or truncates the file.</summary>
    private static byte[] Damaged(byte[] bytes, int at, int kind, byte value, int length)
    {
        at = Math.Min(at, bytes.Length);
        var end = Math.Min(at + length, bytes.Length);
        return kind switch
        {
            0 => [.. bytes[..at], value, .. bytes[Math.Min(at + 1, bytes.Length)..]],
            1 => [.. bytes[..at], .. bytes[end..]],
            2 => [.. bytes[..end], .. bytes[at..]],
            _ => bytes[..at],
        };
    }

    private void Write(string header, byte[] data)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(_folder["bad"], [.. BitConverter.GetBytes((long)bytes.Length), .. bytes, .. data]);
    }
}
