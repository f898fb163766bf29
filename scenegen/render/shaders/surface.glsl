// Colour of a surface for the geometry pass: the texture times what the vertices bring; the material's row goes into alpha.
layout(binding = 8) uniform sampler2DArray surface_textures;

// Gives sqrt of the linear albedo, which eight bits hold without banding, and the material. sRGB is decoded
// by a fitted cubic, within 0.2 %.
vec4 surface_albedo(vec2 cloth, vec2 uv, vec3 tint) {
    vec3 texel = texture(surface_textures, vec3(uv, cloth.x)).rgb;
    vec3 colour = texel * (texel * (texel * 0.305306011 + 0.682171111) + 0.012522878) * tint;
    return vec4(sqrt(colour), cloth.y);
}
