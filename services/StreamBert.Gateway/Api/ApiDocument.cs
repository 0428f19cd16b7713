using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace StreamBert.Gateway.Api;

/// <summary>The API's own description: <c>/openapi/v1.json</c>, and a page to browse and try it at <c>/docs</c>.</summary>
internal static class ApiDocument
{
    private const string Name = "v1";

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new()
            {
                Title = "StreamBert",
                Version = Name,
                Description = "Streams of short texts in; judged predictions, trends and alerts out. Errors are problem documents (RFC 9457) that say what to do.",
                License = new() { Name = "Apache-2.0", Identifier = "Apache-2.0" },
            };
            document.Servers = [];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, _, _) =>
        {
            AddExamples(operation);
            return Task.CompletedTask;
        });
    });

    public static void MapDocs(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/docs", docs => docs
            .WithTitle("StreamBert API").AddDocument(Name)
            .DisableDefaultFonts().DisableAgent().DisableMcp().DisableTelemetry());
    }

    /// <summary>Says which problems an endpoint answers with.</summary>
    public static RouteHandlerBuilder WithProblems(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses) endpoint.Produces<ProblemDetails>(status, Problems.MediaType);
        return endpoint;
    }

    private static void AddExamples(OpenApiOperation operation)
    {
        if (operation.RequestBody?.Content?.ContainsKey(RequestBody.JsonLines) == true && operation.RequestBody.Content[RequestBody.Json] is { Schema: { } one } json)
            json.Schema = new OpenApiSchema { OneOf = [one, new OpenApiSchema { Type = JsonSchemaType.Array, Items = one }] };
        foreach (var (type, body) in operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>())
            if (ApiExamples.Requests.TryGetValue((operation.OperationId ?? "", type), out var examples))
                body.Examples = examples.ToDictionary(example => example.Key, example => (IOpenApiExample)new OpenApiExample { Value = Value(example.Value, type) });
        if (ApiExamples.Answers.TryGetValue(operation.OperationId ?? "", out var answer) && operation.Responses is { } responses)
            foreach (var body in responses.Where(response => response.Key.StartsWith('2')).SelectMany(response => response.Value.Content?.Values ?? []))
                body.Example = JsonNode.Parse(answer);
    }

    private static JsonNode? Value(string example, string type) => type == RequestBody.Json ? JsonNode.Parse(example) : JsonValue.Create(example);
}
