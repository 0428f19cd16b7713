using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using StreamBert.Gateway;
using StreamBert.Gateway.Api.Compatibility.OpenInference;
using StreamBert.Gateway.Api.Compatibility.TextEmbeddings;
using StreamBert.Gateway.Api.Endpoints;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Ingestion;
using StreamBert.Operations.DeadLetters;

namespace StreamBert.Tests.Fuzzing;

/// <summary>Fuzzes request bodies of the Gateway; the integration tests fuzz the routes over HTTP.</summary>
public sealed class RequestFuzzTests
{
    private static readonly Type[] Refused = [typeof(ApiException)];
    private static readonly byte[] BinaryMark = Encoding.UTF8.GetBytes("\n=== binary\n");

    [Fact]
    public void Any_request_body_is_read_or_refused_with_a_reason()
    {
        using var services = new ServiceCollection().AddOptions()
            .Configure<GatewayOptions>(static options => options.MaxBodyBytes = 100_000)
            .AddSingleton<RequestBodyBudget>()
            .BuildServiceProvider();
        Fuzzer.Run("bodies", input =>
        {
            var read = 0;
            foreach (var type in (string[])["application/json", "application/x-ndjson"])
            {
                read += Read<TextRequest>(services, input, type) + Read<FeedbackRequest>(services, input, type)
                    + Read<ClassifyRequest>(services, input, type)
                    + Read<ExplainRequest>(services, input, type)
                    + Read<DeadLetterActionRequest>(services, input, type);
            }
            if (read == 0) throw ApiException.Invalid("none took it");
        }, Refused);
    }

    [Fact]
    public void Any_request_body_of_a_compatible_API_is_read_or_refused() => Fuzzer.Run("bodies", static input =>
    {
        try
        {
            Assert.All(
                PredictInputs.From(RequestItemParser.ParseObject<PredictRequest>(input).Inputs).Texts,
                static text => Encoding.UTF8.GetByteCount(text));
        }
        catch (ApiException)
        {
            var at = input.AsSpan().IndexOf(BinaryMark);
            var (json, binary) = at < 0 ? (input, default) : (input.AsMemory(0, at), input.AsMemory(at + BinaryMark.Length));
            TextTensorReader.Read(RequestItemParser.ParseObject<InferRequest>(json), binary);
        }
    }, Refused);

    private static int Read<T>(IServiceProvider services, byte[] body, string type)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        (context.Request.Body, context.Request.ContentType) = (new MemoryStream(body), type);
        try
        {
            return RequestBodyReader.ReadManyAsync<T>(context, CancellationToken.None).GetAwaiter().GetResult().Count;
        }
        catch (ApiException)
        {
            return 0;
        }
    }
}
