using System.Text;
using CsCheck;
using StreamBert.Model;
using StreamBert.Model.Packages;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Packages;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void What_is_written_is_read_back()
    {
        var file = _folder["weights.safetensors"];
        Gen.Float[-1000, 1000].Array[1, 40].Array[1, 5].Sample(tensors =>
        {
            using var scope = NewDisposeScope();
            SafeTensorsWriter.Write(file, tensors.Select((values, i) => ($"t{i}", tensor(values))).ToList(), half: false);
            using var read = SafeTensorsFile.Open(file);
            return tensors.Select((values, i) => values.SequenceEqual(read.Read($"t{i}", values.Length).data<float>().ToArray())).All(equal => equal);
        }, iter: 50, threads: 1);
    }

    [Fact]
    public void Half_precision_keeps_three_digits()
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(_folder["half"], [("t", tensor([1.2345f, -0.001f, 100f]))], half: true);
        using var read = SafeTensorsFile.Open(_folder["half"]);

        Assert.All(read.Read("t").data<float>().ToArray().Zip([1.2345f, -0.001f, 100f]), pair => Assert.Equal(pair.Second, pair.First, Math.Abs(pair.Second) * 1e-3));
    }

    [Theory]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"u":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", "lets tensor 'u' overlap another")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,800]}}""", "places tensor 't' outside the file")]
    [InlineData("""{"t":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "gives tensor 't' 8 bytes where its shape needs 12")]
    [InlineData("""{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}""", "describes tensor 't' wrongly")]
    [InlineData("""{"t":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "describes tensor 't' wrongly")]
    [InlineData("""{"t":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}""", "holds tensors of type 'U8'")]
    [InlineData("""{"t":5}""", "describes tensor 't' wrongly")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("{no json", "not JSON")]
    public void A_header_that_lies_is_refused_by_name(string header, string complaint)
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
                // refused in words
            }
        }, iter: 500, threads: 1);
    }

    [Fact]
    public void A_missing_tensor_and_a_wrong_shape_are_named()
    {
        Write("""{"t":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", new byte[12]);
        using var file = SafeTensorsFile.Open(_folder["bad"]);

        Assert.Contains("lacks tensor 'u'", Assert.Throws<ModelPackageException>(() => file.Read("u")).Message, StringComparison.Ordinal);
        Assert.Contains("tensor 't' has shape [3], expected [4]", Assert.Throws<ModelPackageException>(() => file.Read("t", 4)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string header, byte[] data)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(_folder["bad"], [.. BitConverter.GetBytes((long)bytes.Length), .. bytes, .. data]);
    }
}
