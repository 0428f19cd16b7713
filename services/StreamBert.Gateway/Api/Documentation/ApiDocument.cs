using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Identity;

namespace StreamBert.Gateway.Api.Documentation;

/// <summary>Describes the API: <c>/openapi/v1.json</c>, and a page to browse and try it at <c>/docs</c>.</summary>
internal static class ApiDocument
{
    private const string Name = "v1";
    private const string KeyScheme = "key";

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, static options =>
    {
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info = new()
            {
                Title = "StreamBert",
                Version = Name,
                Description = "Classifies streams of short texts and returns predictions, trends and alerts. Errors are problem "
                    + "documents (RFC 9457) that tell what to do. If fields are invalid, `errors` lists at most 100 of them and "
                    + "`errorCount` counts them all.",
                License = new() { Name = "Apache-2.0", Identifier = "Apache-2.0" },
            };
            document.Servers = [];
            foreach (var path in document.Paths.Values) path.Operations?.Remove(HttpMethod.Head); // as GET
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [KeyScheme] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    Description = "An API key, or a token of the configured issuer. `X-Api-Key: KEY` does too."
                },
            };
            document.Security = [new() { [new(KeyScheme, document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            AddRole(operation, context.Description.ActionDescriptor.EndpointMetadata.OfType<RequiredRole>().LastOrDefault()?.Name);
            AddExamples(operation);
            return Task.CompletedTask;
        });
    });

    public static void MapDocs(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").RequireRole(Roles.Read);
        app.MapScalarApiReference("/docs", static docs => docs
            .WithTitle("StreamBert API").AddDocument(Name)
            .DisableDefaultFonts().DisableAgent().DisableMcp().DisableTelemetry()).RequireRole(Roles.Read);
    }

    /// <summary>Documents the problems of an endpoint.</summary>
    public static RouteHandlerBuilder WithProblems(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses) endpoint.Produces<ProblemDetails>(status, ProblemResponses.MediaType);
        return endpoint;
    }

    private static void AddRole(OpenApiOperation operation, string? role)
    {
        operation.Description = $"{operation.Description} "
            + $"{(role is null ? "No authentication required." : $"Requires the role `{role}`.")}".TrimStart();
        if (role is null)
        {
            operation.Security = [];
        }
        else
        {
            foreach (var (status, when) in new[] { ("401", "Not authenticated"), ("403", $"Without the role `{role}`") })
                operation.Responses?.TryAdd(status, new OpenApiResponse { Description = when });
        }
    }

    private static void AddExamples(OpenApiOperation operation)
    {
        if (operation.RequestBody?.Content?.ContainsKey(MediaTypes.JsonLines) == true
            && operation.RequestBody.Content[MediaTypes.Json] is { Schema: { } one } json)
        {
            json.Schema = new OpenApiSchema { OneOf = [one, new OpenApiSchema { Type = JsonSchemaType.Array, Items = one }] };
        }

        foreach (var (type, body) in operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>())
        {
            if (ApiExamples.Requests.TryGetValue((operation.OperationId ?? "", type), out var examples))
            {
                body.Examples = examples.ToDictionary(
                    static example => example.Key,
                    example => (IOpenApiExample)new OpenApiExample { Value = Value(example.Value, type) });
            }
        }

        if (ApiExamples.Responses.TryGetValue(operation.OperationId ?? "", out var answer) && operation.Responses is { } responses)
        {
            foreach (var body in responses.Where(static response => response.Key.StartsWith('2'))
                .SelectMany(static response => response.Value.Content?.Values ?? []))
            {
                body.Example = JsonNode.Parse(answer);
            }
        }
    }

    private static JsonNode? Value(string example, string type)
        => type == MediaTypes.Json ? JsonNode.Parse(example) : JsonValue.Create(example);
}
